import { generateMasterKey, OperatorKeys, parseMasterKeys } from "@onehazel/crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../http/log.js";
import { openData, sealData } from "../sealing/service.js";
import { call } from "../testing/call.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { jobsDone, runJob, startTestWorker } from "../testing/worker.js";
import { announceKeys } from "./announcer.js";
import { retireMasterKey, rotate, rotationStatus } from "./service.js";

const oldKey = generateMasterKey("old");
const newKey = generateMasterKey("new");
const before = `${oldKey},${newKey}`;
const after = parseMasterKeys(`${newKey},${oldKey}`);
const entities = "/operator-data-api/entities";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys: before });
});
afterAll(() => api.stop());

const log = createLogger("silent");
const signal = new AbortController().signal;
const rotateNow = (keyring = after) =>
  rotate(api.database.owner, { keyring, log, signal, onProgress: () => undefined });
const status = (keyring = after) => rotationStatus(api.database.owner, keyring);
const player = (n: number) => ({ email: `p${n}@example.com`, country: "GB", currency: "GBP", n });
const item = (n: number) => ({ entityType: "player", externalId: `p${n}`, data: player(n) });

async function addPlayers({ key }: TestOperator, players: number): Promise<void> {
  const body = Array.from({ length: players }, (_, n) => item(n));
  const answer = await api.call("POST", "/operator-data-api/batch/entities", { key, body });
  expect(made<{ succeeded: number }>(answer).succeeded).toBe(players);
}
const stamps = (operator: TestOperator) =>
  api.sql("select id, created_at, updated_at, xmin::text from entities where operator_id = $1 order by id", [
    operator.id,
  ]);

describe("a rotation while servers write", () => {
  it("loses no write, moves no time, and leaves nothing that needs the old key", async () => {
    const operator = await api.createOperator(api.ours);
    const still = await api.createOperator(api.theirs);
    await addPlayers(operator, 1_000);
    await addPlayers(still, 700);
    const stillBefore = await stamps(still);
    const twins = await Promise.all(
      [1, 2].map(() => api.startTwin({}, { masterKeys: `${newKey},${oldKey}` })),
    );
    const servers = [api.baseUrl, ...twins.map(({ baseUrl }) => baseUrl)];

    let going = true;
    const written = new Map<number, number>();
    const wrong: unknown[] = [];
    const writer = async (lane: number) => {
      for (let round = 0; going; round += 1) {
        const n = ((round * 13 + lane * 97) % 250) * 4 + lane;
        const baseUrl = servers[round % servers.length] as string;
        const body = { ...item(n), data: { ...player(n), round } };
        made(await call(baseUrl, "POST", entities, { key: operator.key, body }));
        written.set(n, round);
      }
    };
    const reader = async () => {
      for (let round = 0; going; round += 1) {
        const n = (round * 17) % 1_000;
        const baseUrl = servers[round % servers.length] as string;
        const { status: code, body } = await call(baseUrl, "GET", `${entities}/p${n}`, { key: operator.key });
        if (code !== 200 || body.data.data.email !== `p${n}@example.com`) wrong.push([code, n]);
      }
    };
    const busy = [...[0, 1, 2, 3].map(writer), reader()];
    // Two at once share the work.
    await Promise.all([rotateNow(), rotateNow()]);
    await rotateNow();
    going = false;
    await Promise.all(busy);
    expect(wrong).toEqual([]);
    expect(written.size).toBeGreaterThan(20);

    // One server still seals under the old key; what it has written is told, and gone after another turn.
    made(await api.call("POST", entities, { key: operator.key, body: item(5_000) }));
    expect((await status()).sealed).toBe(false);
    expect(await rotateNow()).toMatchObject({ sealed: true });
    const onlyNew = await api.startTwin({}, { masterKeys: newKey });
    for (let n = 0; n < 1_000; n += 1) {
      const read = await call(onlyNew.baseUrl, "GET", `${entities}/p${n}`, { key: operator.key });
      const round = written.get(n);
      expect(read.body.data?.data).toEqual({ ...player(n), ...(round === undefined ? {} : { round }) });
    }
    const stillAfter = await stamps(still);
    const times = (rows: Record<string, unknown>[]) => rows.map(({ xmin: _, ...row }) => row);
    expect(times(stillAfter)).toEqual(times(stillBefore));
    expect(stillAfter.some((row, n) => row.xmin === stillBefore[n]?.xmin)).toBe(false);
    await Promise.all([...twins, onlyNew].map((twin) => twin.stop()));
  });
});

describe("a worker that was not restarted", () => {
  it("does not undo the rotation", async () => {
    const operator = await api.createOperator(api.ours);
    await addPlayers(operator, 3);
    await rotateNow();
    await api.sql("update reseal_requests set requested_at = clock_timestamp() where operator_id = $1", [
      operator.id,
    ]);
    const worker = await startTestWorker(api);
    await expect(runJob(api, "reseal", operator.id)).rejects.toThrow("OutdatedMasterKeyError");
    await api.sql("delete from graphile_worker._private_jobs");
    await jobsDone(api);
    await worker.stop();
    expect(await rotateNow()).toMatchObject({ sealed: true });
  });
});

describe("the status", () => {
  it("never says that a key can go while a ciphertext needs it, however rows are mixed", async () => {
    const operator = await api.createOperator(api.ours, { template: false });
    await rotateNow();
    const [row] = await api.sql<{ pii_salt: Buffer }>("select pii_salt from operators where id = $1", [
      operator.id,
    ]);
    const owner = { operatorId: operator.id, salt: row?.pii_salt as Buffer };
    const keysOf = {
      old: new OperatorKeys(parseMasterKeys(before), owner),
      new: new OperatorKeys(after, owner),
    };
    const onlyNew = new OperatorKeys(parseMasterKeys(newKey), owner);
    const field = fc.constantFrom("old", "new", "clear");
    const record = fc.record({ a: field, b: field, column: fc.constantFrom("old", "new") });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
        await api.sql("delete from entities where operator_id = $1", [operator.id]);
        for (const [n, { a, b, column }] of records.entries()) {
          const subject = { kind: "entity", externalId: `m${n}` } as const;
          const parts = Object.entries({ a, b }).map(([name, by]) =>
            by === "clear"
              ? { data: { [name]: 1 }, sealed: [] }
              : sealData(keysOf[by as "old" | "new"], subject, { [name]: 1 }, new Set([name])),
          );
          const sealed = parts.flatMap((part) => part.sealed);
          await api.sql(
            `insert into entities (operator_id, id, external_id, entity_type, data, sealed, master_key_id, created_at, updated_at)
             values ($1, 'ent_' || left(md5($2), 16), $2, 'x', $3, $4, $5, now(), now())`,
            [
              operator.id,
              `m${n}`,
              JSON.stringify(Object.assign({}, ...parts.map((part) => part.data))),
              sealed,
              sealed.length === 0 ? null : column,
            ],
          );
        }
        const needs = records.filter(({ a, b }) => [a, b].includes("old")).length;
        const found = (await status()).keys.find(({ masterKeyId }) => masterKeyId === "old");
        expect(found?.entities).toBeGreaterThanOrEqual(needs);
        if (needs > 0) expect(found?.retirable).toBe(false);
        expect(await rotateNow()).toMatchObject({ sealed: true });
        for (const { external_id, data, sealed } of await api.sql<never>(
          "select * from entities where operator_id = $1",
          [operator.id],
        )) {
          const subject = { kind: "entity", externalId: external_id } as const;
          expect(openData(onlyNew, subject, data, sealed)).toEqual({ a: 1, b: 1 });
        }
      }),
      { numRuns: 25 },
    );
  });

  it("counts rows that no key given opens, and a rotation leaves them as they are", async () => {
    const operator = await api.createOperator(api.ours);
    await addPlayers(operator, 2);
    const lost = await rotateNow(parseMasterKeys(generateMasterKey("third")));
    expect(lost?.sealed).toBe(false);
    const old = lost?.keys.find(({ masterKeyId }) => masterKeyId === "old");
    expect(old).toMatchObject({ role: "missing", entities: 2, operators: 1, retirable: false });
    expect(await rotateNow()).toMatchObject({ sealed: true });
    expect((await api.call("GET", `${entities}/p1`, { key: operator.key })).body.data.data).toEqual(
      player(1),
    );
  });
});

describe("retiring a key", () => {
  const retire = (id: string) => retireMasterKey(api.database.owner, after, id);

  it("waits for rows, for repeats that are recognised with it, and for whoever still seals under it", async () => {
    const operator = await api.createOperator(api.ours);
    const headers = { "idempotency-key": "once" };
    made(await api.call("POST", entities, { key: operator.key, body: item(1), headers }));
    const refused = await retire("old");
    expect(refused).toMatchObject({
      retired: false,
      reason: expect.stringContaining("rows are sealed under it"),
    });
    await rotateNow();
    expect(await retire("old")).toMatchObject({
      reason: expect.stringMatching(/^repeats of requests .* until 2/),
    });
    await api.sql("update idempotency_keys set expires_at = now()");
    await api.sql("update platform_idempotency_keys set expires_at = now()");
    const twin = await api.startTwin();
    const announcing = await announceKeys(twin.db, parseMasterKeys(before), log);
    expect(await retire("old")).toMatchObject({
      reason: expect.stringMatching(/sealed under it \d+ s ago: restart/),
    });
    announcing.stop();
    await api.sql("update master_keys set sealing_at = now() - interval '91 seconds' where id = 'old'");
    expect(await status()).toMatchObject({ done: true });
    expect(await retire("new")).toMatchObject({
      retired: false,
      reason: expect.stringContaining("first of the"),
    });
    expect(await retire("nonsense")).toMatchObject({ retired: false });
    expect(await retire("o'; drop table x")).toMatchObject({ retired: false });

    const twice = await Promise.all([retire("old"), retire("old")]);
    expect(twice).toEqual([{ retired: true }, { retired: true }]);
    expect(await retire("old")).toEqual({ retired: true });
    // A server that was not restarted can't undo it: not by an upsert, an event, a batch, nor with an Idempotency-Key.
    const refusal = { status: 503, body: { error: { code: "SERVICE_UNAVAILABLE" } } };
    expect(await api.call("POST", entities, { key: operator.key, body: item(2) })).toMatchObject(refusal);
    const batch = { key: operator.key, body: [item(3)] };
    expect(await api.call("POST", "/operator-data-api/batch/entities", batch)).toMatchObject(refusal);
    const game = { entityType: "game", externalId: "g", data: { name: "G" } };
    const keyed = { key: operator.key, body: game, headers: { "idempotency-key": "twice" } };
    expect(await api.call("POST", entities, keyed)).toMatchObject(refusal);
    await expect(announceKeys(twin.db, parseMasterKeys(before), log)).rejects.toThrow("was retired");
    expect(await rotateNow(parseMasterKeys(before))).toBeUndefined();

    const onlyNew = await api.startTwin({}, { masterKeys: newKey });
    made(await call(onlyNew.baseUrl, "POST", entities, { key: operator.key, body: item(2) }));
    // Months of events that are made later have the check too.
    const [last] = await api.sql<{ name: string }>(
      "select max(inhrelid::regclass::text) as name from pg_inherits where inhparent = 'events'::regclass and inhrelid::regclass::text ~ '\\d$'",
    );
    await api.sql(`drop table ${last?.name}`);
    expect(await api.sql("select make_event_months() as made")).toEqual([{ made: 1 }]);
    const [checks] = await api.sql<{ checks: string }>(
      "select count(*) as checks from pg_constraint where conrelid = $1::regclass and conname = 'not_sealed_under_old'",
      [last?.name],
    );
    expect(checks?.checks).toBe("1");
    await Promise.all([twin.stop(), onlyNew.stop()]);
  });
});
