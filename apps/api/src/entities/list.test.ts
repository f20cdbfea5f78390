import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError, prefixes } from "../testing/expect-error.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { player } from "../testing/things.js";

let api: TestApi;
let operator: TestOperator;
/** As they were made; the sixth was erased. */
const ids: string[] = [];
beforeAll(async () => {
  api = await startApi();
  operator = await api.createOperator(api.ours);
  for (let index = 0; index < 12; index += 1) {
    const entityType = index % 3 === 0 ? "game" : "player";
    const data = entityType === "game" ? { name: `game ${index}` } : player;
    const body = { entityType, externalId: `e${index}`, data };
    ids.push(
      made<{ id: string }>(await api.call("POST", "/operator-data-api/entities", { key: operator.key, body }))
        .id,
    );
  }
  // Rows of one moment are told apart by their ids.
  await api.sql("update entities set created_at = now() where external_id in ('e1', 'e2', 'e3')");
  made(await api.call("DELETE", "/operator-data-api/entities/e5", { key: operator.key }));
});
afterAll(() => api.stop());

interface Row {
  id: string;
  entity_type?: string;
  created_at: string;
  updated_at: string;
  erased_at?: string;
}

for (const prefix of prefixes)
  describe(`GET ${prefix}/operator-data-api/entities`, () => {
    const list = (query = "") =>
      api.call("GET", `${prefix}/operator-data-api/entities${query}`, { key: operator.key });
    const rowsOf = async (query: string): Promise<Row[]> => (await list(query)).body.data;
    const pagesOf = async (query: string, limit: number): Promise<Row[]> => {
      const rows: Row[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const { body }: { body: { data: Row[]; nextCursor: string | null } } = await list(
          `?limit=${limit}${query}${cursor === "" ? "" : `&cursor=${cursor}`}`,
        );
        expect(body.data.length).toBeLessThanOrEqual(limit);
        rows.push(...body.data);
        cursor = body.nextCursor;
      }
      return rows;
    };

    it("shows the newest first, without the erased, in the shape of GET but for PII", async () => {
      const { status, body } = await list();
      expect([status, Object.keys(body), body.nextCursor]).toEqual([
        200,
        ["success", "data", "nextCursor"],
        null,
      ]);
      const order = body.data.map((row: Row) => `${row.created_at} ${row.id}`);
      expect(order).toEqual([...order].sort().reverse());
      expect(body.data.map((row: Row) => row.id).sort()).toEqual(
        ids.filter((_, index) => index !== 5).sort(),
      );
      for (const row of body.data) {
        const one = await api.call("GET", `/operator-data-api/entities/${row.external_id}`, {
          key: operator.key,
        });
        const { data, ...rest } = one.body.data;
        expect(row).toEqual({ ...rest, data: row.data });
        if (row.entity_type === "game") expect(row.data).toEqual(data);
        else expect(row.data).toEqual({ ...data, email: expect.stringMatching(/^v\d+\./) });
      }
    });

    it("pages without loss or repeat, whatever the size of a page", async () => {
      for (const query of ["", "&entityType=player", "&updatedSince=2020-01-01T00:00:00Z"]) {
        const all = await rowsOf(`?limit=200${query}`);
        for (const limit of [1, 2, 5, 11, 12, 200]) expect(await pagesOf(query, limit)).toEqual(all);
      }
    });

    it("filters by type", async () => {
      expect(await rowsOf("?entityType=game")).toHaveLength(4);
      expect(await rowsOf("?entityType=player")).toHaveLength(7);
      for (const type of ["Game", "operator", "wizard", "%25"])
        expect(await rowsOf(`?entityType=${type}`)).toEqual([]);
    });

    it("with updatedSince shows the oldest change first, the erased among them whatever the type", async () => {
      const all = await rowsOf("?updatedSince=2020-01-01T00:00:00Z");
      expect(all.map(({ id }) => id)).toEqual([...ids.filter((_, index) => index !== 5), ids[5]]);
      const erased = all.at(-1);
      expect(erased).toEqual({ id: ids[5], erased_at: expect.any(String) });
      const games = await rowsOf("?updatedSince=2020-01-01T00:00:00Z&entityType=game");
      expect(games.map((row) => row.entity_type)).toEqual(["game", "game", "game", "game", undefined]);
    });

    it("takes updatedSince as inclusive, in any zone, and of any age", async () => {
      const all = await rowsOf("?updatedSince=2020-01-01T00:00:00Z");
      const middle = all[4]!.updated_at;
      const since = await rowsOf(`?updatedSince=${middle}`);
      expect(since.map(({ id }) => id)).toEqual(all.slice(-since.length).map(({ id }) => id));
      expect(since.map(({ id }) => id)).toContain(all[4]!.id);
      const zoned = `${new Date(Date.parse(middle) + 7_200_000).toISOString().slice(0, -1)}%2B02:00`;
      expect(await rowsOf(`?updatedSince=${zoned}`)).toEqual(since);
      for (const old of ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00-23:59"]) {
        expect(await rowsOf(`?updatedSince=${old}`)).toEqual(all);
      }
      for (const late of ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]) {
        expect(await rowsOf(`?updatedSince=${late}`)).toEqual([]);
      }
    });

    it("refuses what is no filter", async () => {
      const faults = [
        "limit=0",
        "limit=201",
        "limit=x",
        "entityType=",
        `entityType=${"x".repeat(65)}`,
        "entityType=%00",
      ];
      const times = [
        "yesterday",
        "",
        "2026-04-06",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "1775471400",
      ];
      for (const fault of [...faults, ...times.map((time) => `updatedSince=${time}`)]) {
        const { fields } = expectError(await list(`?${fault}`), "VALIDATION_FAILED");
        expect([fault, fields]).toEqual([fault, [fault.split("=")[0]]]);
      }
    });

    it("refuses a cursor that is damaged, or of another list or filter", async () => {
      const cursor: string = (await list("?limit=1&entityType=player")).body.nextCursor;
      const since: string = (await list("?limit=1&updatedSince=2020-01-01T00:00:00Z")).body.nextCursor;
      const own = (filter: string, value: string) => list(`?${filter}cursor=${encodeURIComponent(value)}`);
      expect((await own("entityType=player&", cursor)).status).toBe(200);
      const refused = [
        own("", cursor),
        own("entityType=game&", cursor),
        own("entityType=player&", since),
        own("updatedSince=2020-01-02T00:00:00Z&", since),
        ...[
          cursor.slice(1),
          `${cursor}=`,
          `${cursor.startsWith("A") ? "B" : "A"}${cursor.slice(1)}`,
          "x",
          "W10",
        ].map((bad) => own("entityType=player&", bad)),
      ];
      for (const answer of await Promise.all(refused)) {
        expect(expectError(answer, "VALIDATION_FAILED").fields).toEqual(["cursor"]);
      }
      const far = await own("", "x".repeat(1025));
      expect(expectError(far, "VALIDATION_FAILED").fields).toEqual(["cursor"]);
    });
  });

it("a page that grows meanwhile repeats nothing and loses nothing that was there", async () => {
  const { key } = await api.createOperator(api.ours);
  const write = async (externalId: string) => {
    const body = { entityType: "player", externalId, data: player };
    return made<{ id: string }>(await api.call("POST", "/operator-data-api/entities", { key, body })).id;
  };
  const before = [await write("a"), await write("b"), await write("c"), await write("d")];
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page = await api.call("GET", `/operator-data-api/entities?limit=1${query}`, { key });
    seen.push(...page.body.data.map(({ id }: Row) => id));
    cursor = page.body.nextCursor;
    await write(`new${seen.length}`);
    await write("a");
  } while (cursor !== null);
  expect(seen).toEqual(before.reverse());
});
