import { randomUUID } from "node:crypto";
import type { Operation } from "@onehazel/spec";
import { made, type TestApi, type TestPlatform } from "./harness.js";

/** What an id of a request can name. */
export type Kind =
  | "entity"
  | "erasure"
  | "event"
  | "job"
  | "key"
  | "operator"
  | "state"
  | "target"
  | "template";
/** One real thing of each kind, all of one tenant; but a state's key is a word of the template, the same for everybody. */
export type Things = Readonly<Record<Kind, string>>;

export const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

/** Ids as well formed as real ones, of nothing. */
export const absent: Things = {
  entity: "nobody",
  erasure: "ers_0123456789abcdef",
  event: "eev_0123456789abcdef",
  job: "job_0123456789abcdef",
  key: "00000000-0000-4000-8000-000000000000",
  operator: "op_0123456789abcdef",
  state: "balance",
  target: "ent_0123456789abcdef",
  template: "tpl_0123456789abcdef",
};

const base = "/operator-data-api";

/** Makes a fresh thing of every kind for a tenant; the key named is a second one, so that the first keeps working. */
export async function makeThings(api: TestApi, { operator, ...platform }: TestPlatform): Promise<Things> {
  const [entity, erased] = [`entity_${randomUUID()}`, `erased_${randomUUID()}`];
  const ask = async <T>(method: string, path: string, body?: unknown) =>
    made<T>(await api.call(method, `${base}${path}`, { key: operator.key, body }));
  for (const externalId of [entity, erased]) {
    await ask("POST", "/entities", { entityType: "player", externalId, data: player });
  }
  const { id: target } = await ask<{ id: string }>("GET", `/entities/${erased}`);
  const { erasureId } = await ask<{ erasureId: string }>("DELETE", `/entities/${erased}`);
  const session = { eventType: "session", data: {} };
  const { id: event } = await ask<{ id: string }>("POST", `/entities/${entity}/events`, session);
  await ask("PUT", `/entities/${entity}/state/balance`, { value: 150.5 });
  await ask("PUT", `/entities/${entity}/state/risk_score`, { value: 1 });
  // Of two items the second is bad, so that the job has somebody to name.
  const items = [{ externalId: entity, ...session }, { externalId: entity }];
  const { jobId } = await ask<{ jobId: string }>("POST", "/batch/events", items);
  const template = await makeTemplate(api, operator.key);
  const { id: key } = await api.createKey({ ...platform, operator }, operator.id);
  const operatorId = operator.id;
  return {
    entity,
    erasure: erasureId,
    event,
    job: jobId,
    key,
    operator: operatorId,
    state: "balance",
    target,
    template,
  };
}

/** A template of one's own that says the same as `tpl_igaming`, so that choosing it changes nothing else. */
export async function makeTemplate(api: TestApi, key: string): Promise<string> {
  const listed = made<{ id: string; schema: object }[]>(await api.call("GET", `${base}/templates`, { key }));
  const body = { name: "Own", schema: listed.find(({ id }) => id === "tpl_igaming")?.schema };
  return made<{ id: string }>(await api.call("POST", `${base}/templates`, { key, body })).id;
}

/** Rows of what only the worker or the command line does: runs of retention, a walk that seals anew, an operator destroyed. */
export async function makeUpkeep(api: TestApi, { id, operator }: TestPlatform): Promise<void> {
  await api.sql(
    `insert into retention_runs (operator_id, started_at, completed_at)
     select $1, now() - n * interval '1 day', now() - n * interval '1 day' from generate_series(1, 2) n`,
    [operator.id],
  );
  await api.sql("insert into reseal_requests (operator_id) values ($1) on conflict do nothing", [
    operator.id,
  ]);
  await api.sql(
    `insert into destroyed_operators (platform_id, id, suspended_at, completed_at)
     values ($1, 'op_' || left(md5($1), 16), now(), now()) on conflict do nothing`,
    [id],
  );
}

const kinds: readonly (readonly [name: string, path: RegExp, Kind])[] = [
  ["externalId", /^\/operator-data-api\//, "entity"],
  ["eventId", /^\/operator-data-api\/entities\//, "event"],
  ["key", /^\/operator-data-api\/entities\/\{externalId\}\/state\//, "state"],
  ["jobId", /^\/operator-data-api\/batch\/jobs\//, "job"],
  ["targetId", /^\/operator-data-api\/audit-log$/, "target"],
  ["targetId", /^\/platform-api\/audit-log$/, "operator"],
  ["id", /^\/operator-data-api\/erasures\//, "erasure"],
  ["id", /^\/operator-data-api\/templates\//, "template"],
  ["templateId", /^\/operator-data-api\/settings$/, "template"],
  ["id", /^\/api-keys$/, "key"],
  ["operatorId", /^\/api-keys$/, "operator"],
  ["id", /^\/platform-api\/operators\//, "operator"],
  ["keyId", /^\/platform-api\/operators\//, "key"],
];

/** What an id of an operation names. Throws for one that nobody has put into the list: isolation is tested by it. */
export function kindOf(operation: Operation, name: string): Kind {
  const found = kinds.find(([known, path]) => known === name && path.test(operation.path));
  if (found === undefined) throw new Error(`say in things.ts what ${name} of ${operation.id} names`);
  return found[2];
}
