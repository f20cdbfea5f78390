import { createHash } from "node:crypto";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, call } from "./call.js";
import { startApi, type TestApi } from "./harness.js";
import { type PostgresProxy, startPostgresProxy } from "./postgres-proxy.js";
import { type ServerProcess, startServerProcess } from "./server-process.js";

const masterKeys = generateMasterKey("test1");
const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const entities = "/operator-data-api/entities";

let api: TestApi;
let proxy: PostgresProxy;
beforeAll(async () => {
  api = await startApi({ masterKeys });
  proxy = await startPostgresProxy(api.database.server);
});
afterAll(async () => {
  await api.stop();
  await proxy.stop();
});

/** One write under an Idempotency-Key, in a version of its own for each number. */
interface KeyedWrite {
  readonly method: "POST" | "PUT";
  readonly path: (api: TestApi) => string;
  readonly body: (n: number) => object;
  readonly tenant: (api: TestApi) => { id: string; key: string };
  /** Counts what version `$1` has written. */
  readonly written: string;
}

const operator = (a: TestApi) => a.ours.operator;
const platform = (a: TestApi) => a.ours;
const writes: Record<string, KeyedWrite> = {
  "POST /entities": {
    method: "POST",
    path: () => entities,
    body: (n) => ({ entityType: "player", externalId: `cut-${n}`, data: player }),
    tenant: operator,
    written: "select from entities where external_id = 'cut-' || $1::int",
  },
  "PUT /settings": {
    method: "PUT",
    path: () => "/operator-data-api/settings",
    body: (n) => ({ dataRetentionDays: 100 + n }),
    tenant: operator,
    written: "select from settings where data_retention_days = 100 + $1::int",
  },
  "POST /operators": {
    method: "POST",
    path: () => "/platform-api/operators",
    body: (n) => ({ name: `Cut ${n}` }),
    tenant: platform,
    written: "select from operators where name = 'Cut ' || $1::int",
  },
  "PUT /operators/{id}": {
    method: "PUT",
    path: (a) => `/platform-api/operators/${a.theirs.operator.id}`,
    body: (n) => ({ plan: `cut ${n}` }),
    tenant: (a) => a.theirs,
    written: "select from operators where plan = 'cut ' || $1::int",
  },
};

describe("a server that dies after any of its messages to the database", () => {
  let server: { readonly baseUrl: string; stop(): Promise<void> };
  beforeAll(async () => {
    server = await api.startTwin({ ...proxy.address, poolMax: 1 });
  });
  afterAll(() => server.stop());

  it.each(Object.entries(writes))("%s leaves the write and its reply, or neither", async (name, write) => {
    const tenant = write.tenant(api);
    const keyOf = (n: number) => `${name.replaceAll(" ", "-")}-${n}`;
    const send = (n: number): Promise<Answer> =>
      call(server.baseUrl, write.method, write.path(api), {
        key: tenant.key,
        headers: { "Idempotency-Key": keyOf(n) },
        body: write.body(n),
      });
    const left = async (n: number) => {
      const keyHash = createHash("sha256")
        .update(`${tenant.id}\0${keyOf(n)}`)
        .digest();
      const written = await api.sql(write.written, [n]);
      const remembered = await api.sql(
        `select reply from idempotency_keys where key_hash = $1
         union all select reply from platform_idempotency_keys where key_hash = $1`,
        [keyHash],
      );
      return { written: written.length, remembered: remembered.map(({ reply }) => reply) };
    };

    await send(0);
    const outcomes: string[] = [];
    for (let n = 1; outcomes.at(-1) !== "unharmed"; n += 1) {
      proxy.after(n, "cut");
      const hit = await send(n);
      proxy.callOff();
      await proxy.settled();
      const after = await left(n);
      const retry = await send(n);
      const again = await send(n);
      expect(again.text).toBe(retry.text);
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      if (hit.status < 300) {
        expect(hit.text).toBe(retry.text);
        outcomes.push("unharmed");
      } else {
        expect([hit.status, hit.body.error.code, hit.headers.get("retry-after")]).toEqual([
          503,
          "SERVICE_UNAVAILABLE",
          "1",
        ]);
        const stored = after.written === 1;
        expect(after).toEqual(
          stored ? { written: 1, remembered: [retry.text] } : { written: 0, remembered: [] },
        );
        expect(retry.headers.get("idempotency-replayed")).toBe(stored ? "true" : null);
        outcomes.push(stored ? "both" : "neither");
      }
      expect((await left(n)).written).toBe(1);
    }

    const counts = Object.fromEntries(
      ["neither", "both", "unharmed"].map((o) => [o, outcomes.filter((x) => x === o).length]),
    );
    expect(counts.unharmed).toBe(1);
    expect(counts.both).toBeGreaterThan(0);
    // Every message before the commit, of which a call that is parsed already has two: what binds it, and what runs it.
    expect(counts.neither).toBeGreaterThan(1);
  });
});

describe("a server killed in the middle of many keyed upserts", () => {
  const people = 25;
  const requestsMax = 2_000;

  it("has one row for each person, and every reply it gave is given again", async () => {
    const acknowledged = new Map<number, Answer>();
    const sent = new Set<number>();
    let next = 0;
    const send = (server: ServerProcess, n: number) =>
      call(server.baseUrl, "POST", entities, {
        key: api.ours.operator.key,
        headers: { "Idempotency-Key": `killed-${n}` },
        body: { entityType: "player", externalId: `person-${n % people}`, data: { ...player, n } },
      });
    const loadUntilDead = async (server: ServerProcess) => {
      for (let n = next++; n < requestsMax; n = next++) {
        sent.add(n);
        try {
          acknowledged.set(n, await send(server, n));
        } catch {
          return;
        }
      }
    };

    for (let kills = 1; kills <= 3; kills += 1) {
      const server = await startServerProcess(api.database.server, masterKeys);
      const load = Array.from({ length: 16 }, () => loadUntilDead(server));
      await expect
        .poll(() => acknowledged.size, { interval: 5, timeout: 60_000 })
        .toBeGreaterThan(kills * 60);
      await server.kill();
      await Promise.all(load);
    }
    expect(sent.size).toBeGreaterThan(acknowledged.size);

    const server = await startServerProcess(api.database.server, masterKeys);
    for (const n of sent) {
      const retry = await send(server, n);
      const first = acknowledged.get(n);
      expect([200, 201]).toContain(retry.status);
      if (first === undefined) continue;
      expect([retry.status, retry.text]).toEqual([first.status, first.text]);
      expect(retry.headers.get("idempotency-replayed")).toBe("true");
    }
    await server.kill();
    const rows = await api.sql(
      "select external_id, count(*)::int as rows from entities where external_id like 'person-%' group by 1",
    );
    expect(rows.map(({ rows: count }) => count)).toEqual(Array(people).fill(1));
  });
});
