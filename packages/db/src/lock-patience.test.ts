import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openDatabase } from "./connect.js";
import type { Database } from "./database.js";
import { isLockTimeout } from "./errors.js";
import { createEmptyDatabase, type TestDatabase } from "./testing/databases.js";

let database: TestDatabase;
let admin: Database;
beforeAll(async () => {
  database = await createEmptyDatabase();
  admin = openDatabase({ ...database.superuser, poolMax: 3 });
  await admin.pool.query("create table things (id int primary key, seen int not null default 0)");
  await admin.pool.query("grant all on things to public");
});
beforeEach(async () => {
  await admin.pool.query("truncate things");
  await admin.pool.query("insert into things (id) select generate_series(1, 10)");
});
afterAll(async () => {
  await admin.close();
  await database.drop();
});

const a = { platformId: "plat_1", operatorId: "op_a" };
const b = { platformId: "plat_1", operatorId: "op_b" };

const bump = (db: Database, id: number) =>
  db.query("bump", "update things set seen = seen + 1 where id = $1 returning seen", [id]);

const waitersOf = async () => {
  const { rows } = await admin.pool.query(
    "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
  );
  return rows[0].count as number;
};

/** Holds the row until `release`. */
async function hold(id: number): Promise<() => Promise<void>> {
  const client = await admin.pool.connect();
  await client.query("begin");
  await client.query("select from things where id = $1 for update", [id]);
  return async () => {
    await client.query("rollback");
    client.release();
  };
}

async function using<T>(options: object, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ ...database.owner, releasesWhileLocked: true, ...options });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

describe("calls that meet a held lock", () => {
  it("leave connections to other tenants, and all succeed when the lock is free", async () => {
    await using({ poolMax: 2, lockTimeoutMs: 60_000, acquireTimeoutMs: 60_000 }, async (db) => {
      const release = await hold(1);
      const locked = Array.from({ length: 20 }, () => bump(db.for(a), 1));
      await vi.waitFor(async () => expect(await waitersOf()).toBeGreaterThan(0), { timeout: 60_000 });
      for (let n = 0; n < 20; n += 1) await bump(db.for(b), 2);
      await release();
      const seen = (await Promise.all(locked)).map(({ rows }) => rows[0]?.seen as number);
      expect(seen.sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    });
  });

  it("hold at most one connection of four after their first lock timeout", async () => {
    await using({ poolMax: 4, lockTimeoutMs: 60_000 }, async (db) => {
      const release = await hold(1);
      const locked = Array.from({ length: 12 }, (_, n) => bump(db.for(n % 2 ? a : b), 1));
      // Twelve calls wait, and all but the first of one queue do so without a connection.
      await vi.waitFor(async () => expect(await waitersOf()).toBe(1), { timeout: 60_000 });
      await release();
      await Promise.all(locked);
    });
  });

  it("are rejected with the lock's error when it is held for too long", async () => {
    await using({ poolMax: 2, lockTimeoutMs: 500 }, async (db) => {
      const release = await hold(1);
      const results = await Promise.allSettled([1, 2, 3].map(() => bump(db.for(a), 1)));
      expect(results.every((result) => result.status === "rejected" && isLockTimeout(result.reason))).toBe(
        true,
      );
      await release();
      expect((await bump(db.for(a), 1)).rows).toEqual([{ seen: 1 }]);
    });
  });

  it("run a transaction again from its start", async () => {
    await using({ poolMax: 2, lockTimeoutMs: 60_000 }, async (db) => {
      const release = await hold(1);
      let attempts = 0;
      const done = db.for(a).transaction({ "app.operator_id": "op_a" }, async (tx) => {
        attempts += 1;
        await tx.raw("update things set seen = seen + 1 where id = 2");
        await tx.raw("update things set seen = seen + 1 where id = 1");
        const { rows } = await tx.raw("select current_setting('app.operator_id') as scope");
        return rows[0].scope;
      });
      await vi.waitFor(() => expect(attempts).toBeGreaterThan(1), { timeout: 60_000 });
      await release();
      expect(await done).toBe("op_a");
      const { rows } = await admin.pool.query("select id, seen from things where seen > 0 order by id");
      expect(rows).toEqual([
        { id: 1, seen: 1 },
        { id: 2, seen: 1 },
      ]);
    });
  });

  it("run once the lock is free, even if other batches hold every connection that batches may hold", async () => {
    await using({ poolMax: 4, lockTimeoutMs: 60_000, acquireTimeoutMs: 60_000 }, async (db) => {
      const release = await hold(1);
      const batches = db.for(a, "batch");
      const locked = batches.transaction({}, (tx) => tx.raw("update things set seen = 1 where id = 1"));
      let begun = 0;
      let end = () => {};
      const isOver = new Promise<void>((resolve) => {
        end = resolve;
      });
      const others = [1, 2].map(() =>
        batches.transaction({}, async () => {
          begun += 1;
          await isOver;
        }),
      );
      // The second of them begins when the locked one has given its part back.
      await vi.waitFor(() => expect(begun).toBe(2), { timeout: 60_000 });
      await release();
      await locked;
      end();
      await Promise.all(others);
    });
  });
});
