import { randomUUID } from "node:crypto";
import type { Operation } from "@onehazel/spec";
import { made, type TestApi, type TestPlatform } from "./harness.js";

/** What an id of a request can name. */
export type Kind = "entity" | "erasure" | "key" | "operator" | "template";
/** One real thing of each kind, all of one tenant. */
export type Things = Readonly<Record<Kind, string>>;

export const player = { email: "ada@example.com", country: "GB", currency: "GBP" };

/** Ids as well formed as real ones, of nothing. */
export const absent: Things = {
  entity: "nobody",
  erasure: "ers_0123456789abcdef",
  key: "00000000-0000-4000-8000-000000000000",
  operator: "op_0123456789abcdef",
  template: "tpl_0123456789abcdef",
};

/** Makes a fresh thing of every kind for a tenant; the key named is a second one, so that the first keeps working. */
export async function makeThings(api: TestApi, { operator, ...platform }: TestPlatform): Promise<Things> {
  const [entity, erased] = [`entity_${randomUUID()}`, `erased_${randomUUID()}`];
  for (const externalId of [entity, erased]) {
    const body = { entityType: "player", externalId, data: player };
    made(await api.call("POST", "/operator-data-api/entities", { key: operator.key, body }));
  }
  const path = `/operator-data-api/entities/${erased}`;
  const { erasureId } = made<{ erasureId: string }>(await api.call("DELETE", path, { key: operator.key }));
  const { id: key } = await api.createKey({ ...platform, operator }, operator.id);
  return { entity, erasure: erasureId, key, operator: operator.id, template: "tpl_igaming" };
}

const kinds: readonly (readonly [name: string, path: RegExp, Kind])[] = [
  ["externalId", /^\/operator-data-api\//, "entity"],
  ["id", /^\/operator-data-api\/erasures\//, "erasure"],
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
