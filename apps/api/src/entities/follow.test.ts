import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { mintId } from "@onehazel/crypto";
import { type Database, openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { player } from "../testing/things.js";

let api: TestApi;
let db: Database;
let operator: TestOperator;
beforeAll(async () => {
  api = await startApi();
  db = openDatabase({ ...api.database.server, poolMax: 20 });
});
beforeEach(async () => {
  operator = await api.createOperator(api.ours);
});
afterAll(async () => {
  await db.close();
  await api.stop();
});

/** Begins a write of the product's own function and leaves its transaction open. */
async function heldWrite(externalId: string): Promise<{ end(how: "commit" | "rollback"): Promise<void> }> {
  const client = await db.pool.connect();
  await client.query("begin");
  await client.query(
    "select * from upsert_entity($1, $2, $3, 'game', '{\"name\":\"g\"}', '{}', null, $4, null, null, null)",
    [operator.id, mintId("ent"), externalId, "tpl_igaming@1.0"],
  );
  return {
    end: async (how) => {
      await client.query(how);
      client.release();
    },
  };
}

const write = async (externalId: string, key = operator.key) =>
  made(
    await api.call("POST", "/operator-data-api/entities", {
      key,
      body: { entityType: "player", externalId, data: player },
    }),
  );

interface Change {
  id: string;
  external_id?: string;
  updated_at?: string;
  erased_at?: string;
}

/** Asks for changes again and again as the reference says: from the last moment it saw. */
class Follower {
  readonly seen = new Set<string>();
  #since = "1970-01-01T00:00:00.000Z";

  async poll(): Promise<string[]> {
    const fresh: string[] = [];
    for (let cursor = ""; ; ) {
      const query = `updatedSince=${this.#since}&limit=7${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const { body } = await api.call("GET", `/operator-data-api/entities?${query}`, { key: operator.key });
      for (const change of body.data as Change[]) {
        const name = change.external_id ?? `erased ${change.id}`;
        if (!this.seen.has(name)) fresh.push(name);
        this.seen.add(name);
      }
      if (body.nextCursor === null) {
        const last: Change | undefined = body.data.at(-1);
        this.#since = last?.updated_at ?? last?.erased_at ?? this.#since;
        return fresh;
      }
      cursor = body.nextCursor;
    }
  }
}

it("a change is held back while an open transaction could precede it, and then comes in its place", async () => {
  const follower = new Follower();
  await write("before");
  expect(await follower.poll()).toEqual(["before"]);

  const held = await heldWrite("held");
  await sleep(1_100);
  await write("after");
  expect(await follower.poll()).toEqual([]);
  expect((await api.call("GET", "/operator-data-api/entities/after", { key: operator.key })).status).toBe(
    200,
  );
  await held.end("commit");
  expect(await follower.poll()).toEqual(["held", "after"]);
});

it("what was held back for nothing comes when that is known", async () => {
  const follower = new Follower();
  const held = await heldWrite("never");
  await write("after");
  await held.end("rollback");
  expect(await follower.poll()).toEqual(["after"]);
});

it("an open transaction of another operator holds nothing back", async () => {
  const other = await api.createOperator(api.ours);
  const mine = operator;
  operator = other;
  const held = await heldWrite("theirs");
  operator = mine;
  await write("mine");
  await sleep(10);
  expect(await new Follower().poll()).toEqual(["mine"]);
  await held.end("commit");
});

it("a page that began before a change was safe goes on past it without a gap", async () => {
  for (const name of ["a", "b", "c"]) await write(name);
  const query = "/operator-data-api/entities?updatedSince=1970-01-01T00:00:00Z&limit=2";
  const first = await api.call("GET", query, { key: operator.key });
  const held = await heldWrite("d");
  await write("e");
  const during = await api.call("GET", `${query}&cursor=${first.body.nextCursor}`, { key: operator.key });
  const namesOf = (rows: Change[]) => rows.map((row) => row.external_id);
  expect(namesOf(during.body.data)).not.toContain("e");
  await held.end("commit");
  const after = await api.call("GET", `${query}&cursor=${first.body.nextCursor}`, { key: operator.key });
  expect(namesOf(after.body.data)).toEqual(["c", "d"]);
});

it("a follower of many writers, some slow, some undone, some erasing, misses nothing", async () => {
  const follower = new Follower();
  const expected = new Set<string>();
  let writing = true;
  const slowWriter = async () => {
    for (let round = 0; round < 8; round += 1) {
      const externalId = randomUUID();
      const held = await heldWrite(externalId);
      await sleep(Math.random() * 250);
      const commits = Math.random() < 0.7;
      if (commits) expected.add(externalId);
      await held.end(commits ? "commit" : "rollback");
    }
  };
  const fastWriter = async () => {
    for (let round = 0; round < 40; round += 1) {
      const externalId = randomUUID();
      const { id } = await write(externalId);
      if (round % 5 === 0) {
        await api.call("DELETE", `/operator-data-api/entities/${externalId}`, { key: operator.key });
        expected.add(`erased ${id}`);
      } else {
        expected.add(externalId);
      }
    }
  };
  const following = (async () => {
    while (writing) await follower.poll();
    await follower.poll();
  })();
  await Promise.all([...Array.from({ length: 6 }, slowWriter), ...Array.from({ length: 3 }, fastWriter)]);
  await sleep(10);
  writing = false;
  await following;
  expect([...expected].filter((name) => !follower.seen.has(name))).toEqual([]);
});
