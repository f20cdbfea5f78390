import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPlatform } from "../platforms/service.js";
import { expectError, prefixes } from "../testing/expect-error.js";
import { made, startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
/** A platform with these operators and no others. */
let key: string;
const operators: { id: string; name: string }[] = [];

const wanted = [
  { name: "Lucky Spin", plan: "starter", contactEmail: "a@lucky.example" },
  { name: "ÉCLAIR Gaming", plan: "starter" },
  { name: "100% Casino", plan: "professional" },
  { name: "under_score", plan: "professional", contactEmail: "Ops@Example.com" },
  { name: "back\\slash" },
  { name: "Казино Удача", plan: "enterprise" },
  { name: "last one", plan: "100" },
];

beforeAll(async () => {
  api = await startApi();
  key = (await createPlatform(api.database.owner, { name: "listing" })).platformKey;
  for (const body of wanted) {
    operators.unshift(made(await api.call("POST", "/platform-api/operators", { key, body })));
  }
  // Rows of one transaction share a time; the id decides between them.
  await api.sql("update operators set created_at = now() where name in ('Lucky Spin', 'ÉCLAIR Gaming')");
  await api.call("DELETE", `/platform-api/operators/${operators[0]?.id}`, { key });
});
afterAll(() => api.stop());

for (const prefix of prefixes)
  describe(`GET ${prefix}/platform-api/operators`, () => {
    const list = (query = "") => api.call("GET", `${prefix}/platform-api/operators${query}`, { key });
    const namesOf = async (query: string) =>
      (await list(query)).body.data.map(({ name }: { name: string }) => name).sort();

    it("lists one's own, newest first, each as GET shows it", async () => {
      const { status, body } = await list();
      expect([status, Object.keys(body), body.nextCursor]).toEqual([
        200,
        ["success", "data", "nextCursor"],
        null,
      ]);
      const order = body.data.map(({ createdAt, id }: Record<string, string>) => `${createdAt} ${id}`);
      expect(order).toEqual([...order].sort().reverse());
      expect(order).toHaveLength(wanted.length);
      for (const operator of body.data) {
        const one = await api.call("GET", `/platform-api/operators/${operator.id}`, { key });
        expect(one.body.data).toEqual(operator);
      }
    });

    it("pages without loss or repeat, whatever the size of a page", async () => {
      const all = (await list()).body.data;
      for (const limit of [1, 2, 3, wanted.length, 200]) {
        const seen: unknown[] = [];
        let cursor: string | null = null;
        do {
          const page = await list(`?limit=${limit}${cursor === null ? "" : `&cursor=${cursor}`}`);
          expect(page.body.data.length).toBeLessThanOrEqual(limit);
          seen.push(...page.body.data);
          cursor = page.body.nextCursor;
        } while (cursor !== null);
        expect(seen).toEqual(all);
      }
    });

    it("filters by status and by plan", async () => {
      expect(await namesOf("?status=suspended")).toEqual(["last one"]);
      expect(await namesOf("?status=active")).toHaveLength(wanted.length - 1);
      expect(await namesOf("?plan=starter")).toEqual(["Lucky Spin", "ÉCLAIR Gaming"]);
      expect(await namesOf("?plan=Starter")).toEqual([]);
      expect(await namesOf("?plan=100")).toEqual(["last one"]);
      expect(await namesOf("?plan=professional&q=casino")).toEqual(["100% Casino"]);
      expect(await namesOf("?plan=nothing&status=active")).toEqual([]);
    });

    it("finds q in name or e-mail, in any case, and takes no character for a wildcard", async () => {
      const found: Record<string, string[]> = {
        LUCKY: ["Lucky Spin"],
        éclair: ["ÉCLAIR Gaming"],
        "казино удача": ["Казино Удача"],
        "@example.COM": ["under_score"],
        "%": ["100% Casino"],
        _: ["under_score"],
        "\\": ["back\\slash"],
        "100%": ["100% Casino"],
        "'": [],
        "%%": [],
        "'; drop table operators; --": [],
      };
      for (const [q, names] of Object.entries(found)) {
        expect([q, await namesOf(`?q=${encodeURIComponent(q)}`)]).toEqual([q, names]);
      }
      expect(await namesOf("?q=lucky+spin")).toEqual(["Lucky Spin"]);
    });

    it("refuses a filter or a limit out of bounds", async () => {
      const faults = [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=1.5",
        "limit=ten",
        "limit=",
        "status=deleted",
        "plan=",
      ];
      for (const fault of [
        ...faults,
        `plan=${"x".repeat(65)}`,
        `q=${"x".repeat(255)}`,
        "q=",
        "q=%00",
        "q=%zz",
      ]) {
        const { fields } = expectError(await list(`?${fault}`), "VALIDATION_FAILED");
        expect(fields).toEqual([fault.split("=")[0]]);
      }
      const all = expectError(await list("?limit=0&status=x&Sort=1"), "VALIDATION_FAILED");
      expect(all.fields.sort()).toEqual(["Sort", "limit", "status"]);
    });

    it("refuses a cursor that is damaged or of other filters, and takes one at another limit", async () => {
      const cursor: string = (await list("?limit=1&status=active")).body.nextCursor;
      expect((await list(`?limit=3&status=active&cursor=${cursor}`)).status).toBe(200);
      const damaged = [
        cursor.slice(0, -1),
        `${cursor}A`,
        `${cursor.slice(0, 5)}${cursor[5] === "A" ? "B" : "A"}${cursor.slice(6)}`,
        "nonsense",
        "=",
        Buffer.from('["test1","2026-01-01T00:00:00.000000Z","op_0123456789abcdef"]').toString("base64url"),
      ];
      const queries = damaged.map((bad) => `?status=active&cursor=${encodeURIComponent(bad)}`);
      for (const query of [...queries, `?cursor=${cursor}`, `?status=suspended&cursor=${cursor}`]) {
        expect(expectError(await list(query), "VALIDATION_FAILED").fields).toEqual(["cursor"]);
      }
    });
  });
