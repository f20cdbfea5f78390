import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Answer, call } from "./call.js";
import { made, startApi, type TestApi, type TestOperator } from "./harness.js";
import { type HeldTransaction, holdTransaction, lockWaiters } from "./held-transaction.js";

const entities = "/operator-data-api/entities";
const data = { email: "ada@example.com", country: "GB", currency: "GBP" };
/** Few enough connections that one tenant could hold them all. */
const poolMax = 4;

let api: TestApi;
let baseUrl: string;
let attacker: TestOperator;
let neighbour: TestOperator;
let holder: HeldTransaction | undefined;
beforeAll(async () => {
  api = await startApi();
  ({ baseUrl } = await api.startTwin({ poolMax, lockTimeoutMs: 120_000, acquireTimeoutMs: 120_000 }));
});
beforeEach(async () => {
  [attacker, neighbour] = [await api.createOperator(api.ours), await api.createOperator(api.ours)];
  for (const { key } of [attacker, neighbour, api.theirs.operator]) made(await upsert(key, "p1"));
  return async () => holder?.end("rollback").finally(() => (holder = undefined));
});
afterAll(() => api.stop());

const upsert = (key: string, externalId: string, headers: Record<string, string> = {}) =>
  call(baseUrl, "POST", entities, { key, headers, body: { entityType: "player", externalId, data } });
const read = (key: string) => call(baseUrl, "GET", `${entities}/p1`, { key });
const batch = (key: string, count: number) =>
  call(baseUrl, "POST", "/operator-data-api/batch/entities", {
    key,
    body: Array.from({ length: count }, (_, n) => ({ entityType: "player", externalId: `p${n}`, data })),
  });
const times = <T>(count: number, send: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => send(n)));
const statuses = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))];

async function holdPlayerOf({ id }: TestOperator): Promise<HeldTransaction> {
  holder = await holdTransaction(api);
  await holder.run("select from entities where operator_id = $1 for update", [id]);
  return holder;
}

describe("while many requests of one operator wait for a locked row", () => {
  it.each([
    ["upserts", (key: string) => times(46, () => upsert(key, "p1"))],
    ["batches", (key: string) => times(20, () => batch(key, 20))],
    ["erasures", (key: string) => times(20, () => call(baseUrl, "DELETE", `${entities}/p1`, { key }))],
    [
      "repeats of one Idempotency-Key",
      (key: string) => times(20, () => upsert(key, "p1", { "Idempotency-Key": "k" })),
    ],
  ])("%s: other tenants are served and the server stays ready", async (kind, send) => {
    const held = await holdPlayerOf(attacker);
    const locked = send(attacker.key);
    await lockWaiters(api, 1);
    for (const { key } of [neighbour, api.theirs.operator]) {
      expect(statuses(await times(10, () => read(key)))).toEqual([200]);
      expect(statuses(await times(10, () => upsert(key, "p1")))).toEqual([200]);
      expect((await batch(key, 20)).status).toBe(200);
    }
    const ready = await call(baseUrl, "GET", "/readyz");
    expect([ready.status, ready.body.status]).not.toContain("database away");
    expect(ready.status).toBe(200);
    await held.end("rollback");
    holder = undefined;
    const expected = kind === "erasures" ? [200, 404] : [200];
    expect(statuses(await locked).sort()).toEqual(expected);
  });
});

describe("parallel batches on the same rows", () => {
  it("all succeed, and so do concurrent requests of other tenants", async () => {
    const batches = times(20, () => batch(attacker.key, 200));
    const others = times(30, (n) => read(n % 2 === 0 ? neighbour.key : api.theirs.operator.key));
    expect(statuses(await others)).toEqual([200]);
    expect(statuses(await batches)).toEqual([200]);
  });
});

describe("a lock that is held for longer than a request may wait", () => {
  it("ends that request with 503 and Retry-After", async () => {
    const impatient = await api.startTwin({ poolMax, lockTimeoutMs: 500, acquireTimeoutMs: 120_000 });
    const held = await holdPlayerOf(attacker);
    const body = { entityType: "player", externalId: "p1", data };
    const refused = await call(impatient.baseUrl, "POST", entities, { key: attacker.key, body });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect((await call(impatient.baseUrl, "GET", `${entities}/p1`, { key: neighbour.key })).status).toBe(200);
    await held.end("rollback");
    holder = undefined;
    await impatient.stop();
  });
});
