import { expect, it } from "vitest";
import { CursorCodec, type CursorScope } from "../../http/cursor.js";
import { call } from "../call.js";
import { startApi, type TestApi } from "../harness.js";
import { jobsDone, startTestWorker } from "../worker.js";
import { makePlayerEvents, makePlayers } from "./millions.js";

// How much is loaded. A page is measured as far down as there is room for, at most a million rows.
const entityCount = Number(process.env.DEPTH_ENTITIES ?? 1_100_000);
const eventCount = Number(process.env.DEPTH_EVENTS ?? 10_000_000);
/** Of all events: what the player has whose list is walked. */
const eventsOfOne = Math.min(1_100_000, Math.floor(eventCount * 0.4));
const samples = 31;
const ratioMax = 1.5;
const pageRows = 50;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** One list, with the statement that finds the row at a depth. */
interface Measured {
  readonly name: string;
  readonly path: string;
  readonly scope: Omit<CursorScope, "tenantId">;
  readonly count: number;
  readonly rowAt: string;
}

const micros = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const since = "2020-01-01T00:00:00Z";
const lists: readonly Measured[] = [
  {
    name: "entities",
    path: "/operator-data-api/entities",
    scope: { operationId: "listEntities", filters: {} },
    count: entityCount,
    rowAt: `select id, to_char(created_at at time zone 'UTC', ${micros}) as at from entities
      where operator_id = $1 order by created_at desc, id desc offset $2 limit 1`,
  },
  {
    name: "entities of a type",
    path: "/operator-data-api/entities?entityType=player",
    scope: { operationId: "listEntities", filters: { entityType: "player" } },
    count: entityCount,
    rowAt: `select id, to_char(created_at at time zone 'UTC', ${micros}) as at from entities
      where operator_id = $1 order by created_at desc, id desc offset $2 limit 1`,
  },
  {
    name: "entities, updatedSince",
    path: `/operator-data-api/entities?updatedSince=${since}`,
    scope: { operationId: "listEntities", filters: { updatedSince: since } },
    count: entityCount,
    rowAt: `select id, to_char(updated_at at time zone 'UTC', ${micros}) as at from entities
      where operator_id = $1 order by updated_at, id offset $2 limit 1`,
  },
  ...[{}, { eventType: "session" }, { to: "2100-01-01T00:00:00Z" }].map(
    (filters): Measured => ({
      name: `events of one player ${Object.keys(filters)}`,
      path: `/operator-data-api/entities/person-1/events?${new URLSearchParams(filters)}`,
      scope: { operationId: "listEvents", filters: { externalId: "person-1", archived: false, ...filters } },
      count: "eventType" in filters ? eventsOfOne / 2 : eventsOfOne,
      rowAt: `select id, to_char(occurred_at at time zone 'UTC', ${micros}) as at from events
        where operator_id = $1 and entity_id = 'ent_0000000000000001' order by occurred_at desc, id desc offset $2 limit 1`,
    }),
  ),
];

it("a page at depth one million takes at most one and a half times as long as the first", async () => {
  const api = await startApi();
  try {
    const loadedMs = await timed(() => load(api));
    say(`loaded ${entityCount} entities and ${eventCount} events in ${(loadedMs / 1_000).toFixed(0)} s`);
    const ratios: Record<string, number> = {};
    for (const list of lists) ratios[list.name] = await compare(api, list);
    await erase(api, "person-2", 10_000);
    await erase(api, "person-1", eventsOfOne);
    for (const [name, ratio] of Object.entries(ratios))
      expect([name, ratio]).toEqual([name, Math.min(ratio, ratioMax)]);
  } finally {
    await api.stop();
  }
});

async function load(api: TestApi): Promise<void> {
  const { id } = api.ours.operator;
  await api.sql("select make_event_months()");
  await makePlayers(api, id, entityCount);
  await makePlayerEvents(api, id, { person: 1, count: eventsOfOne });
  await makePlayerEvents(api, id, { person: 2, count: 10_000 });
  await makePlayerEvents(api, id, { person: undefined, count: eventCount - eventsOfOne - 10_000 });
  await api.sql("vacuum analyze entities, events");
}

/** Medians over the wire, first page and deep one by turns. */
async function compare(api: TestApi, list: Measured): Promise<number> {
  const { operator } = api.ours;
  const depth = Math.min(1_000_000, list.count - pageRows * 2);
  const [row] = await api.sql<{ id: string; at: string }>(list.rowAt, [operator.id, depth]);
  if (row === undefined) throw new Error(`no row ${depth} of ${list.name}`);
  const cursor = new CursorCodec(api.keyring).encode({ ...list.scope, tenantId: operator.id }, row);
  const more = list.path.includes("?") ? "&" : "?";
  const page = (query: string) => async () => {
    const { status, body, text } = await call(
      api.baseUrl,
      "GET",
      `${list.path}${more}limit=${pageRows}${query}`,
      {
        key: operator.key,
      },
    );
    if (status !== 200 || body.data.length !== pageRows) throw new Error(`${status} ${text.slice(0, 200)}`);
  };
  const first = page("");
  const deep = page(`&cursor=${cursor}`);
  const times = { first: [] as number[], deep: [] as number[] };
  for (let n = 0; n < samples + 5; n += 1) {
    times.first.push(await timed(first));
    times.deep.push(await timed(deep));
  }
  const [firstMs, deepMs] = [median(times.first.slice(5)), median(times.deep.slice(5))];
  const ratio = deepMs / firstMs;
  say(
    `${list.name}: first ${firstMs.toFixed(2)} ms, at ${depth} ${deepMs.toFixed(2)} ms, ratio ${ratio.toFixed(2)}`,
  );
  return ratio;
}

async function erase(api: TestApi, externalId: string, events: number): Promise<void> {
  const { key } = api.ours.operator;
  const path = `/operator-data-api/entities/${externalId}`;
  let status = "";
  const answeredMs = await timed(async () => {
    status = (await call(api.baseUrl, "DELETE", path, { key })).body.data.status;
  });
  expect((await call(api.baseUrl, "GET", path, { key })).status).toBe(404);
  const worker = await startTestWorker(api);
  const doneMs = await timed(() => jobsDone(api, 1_800_000));
  await worker.stop();
  say(
    `erasing a player with ${events} events: answered "${status}" after ${answeredMs.toFixed(0)} ms, ` +
      `the worker was done after another ${doneMs.toFixed(0)} ms`,
  );
  const [left] = await api.sql<{ count: string }>(
    "select count(*) as count from erasures where status = 'running' and operator_id = $1",
    [api.ours.operator.id],
  );
  expect(left?.count).toBe("0");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
