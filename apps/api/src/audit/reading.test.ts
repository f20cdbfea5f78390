import { inTenant, openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { type AuditFilter, listStatement } from "./repository.js";

let api: TestApi;
const rowCount = 20_000;
beforeAll(async () => {
  api = await startApi();
  const { operator } = api.ours;
  await api.sql(
    `insert into audit_log (operator_id, at, actor_type, action, target_type, target_id)
     select $1, timestamptz '2026-01-01' + n * interval '1 minute', 'operatorKey',
       case when n % 5 = 0 then 'entity.read' else 'settings.update' end, 'entity', 'ent_' || lpad(to_hex(n % 100), 16, '0')
     from generate_series(1, ${rowCount}) n`,
    [operator.id],
  );
  await api.sql(
    `insert into platform_audit_log (platform_id, at, actor_type, action, target_type, target_id)
     select $1, timestamptz '2026-01-01' + n * interval '1 minute', 'platformKey', 'operator.update', 'operator',
       'op_' || lpad(to_hex(n % 100), 16, '0')
     from generate_series(1, ${rowCount}) n`,
    [api.ours.id],
  );
  await api.sql("analyze audit_log, platform_audit_log");
});
afterAll(() => api.stop());

const operatorLog = "/operator-data-api/audit-log";
const platformLog = "/platform-api/audit-log";
const get = (path: string, key = api.ours.operator.key) => api.call("GET", path, { key });

describe("reading the audit log", () => {
  it("is newest first, and pages to the end without a gap or a double", async () => {
    const seen = new Set<string>();
    let cursor: string | null = null;
    let last = "9999";
    const filter = "action=entity.read&to=2026-01-08T00:00:00Z&limit=200";
    do {
      const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await get(`${operatorLog}?${filter}${next}`);
      for (const { id, at } of body.data) {
        expect(at <= last).toBe(true);
        last = at;
        seen.add(id);
      }
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen.size).toBe(Math.floor((7 * 24 * 60 - 1) / 5));
  });

  it("can be narrowed to an action, a target and a time", async () => {
    const query =
      "action=entity.read&targetId=ent_0000000000000005&from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z";
    const { body } = await get(`${operatorLog}?${query}&limit=200`);
    expect(body.data.length).toBeGreaterThan(5);
    for (const { action, target, at } of body.data) {
      expect([action, target]).toEqual(["entity.read", { type: "entity", id: "ent_0000000000000005" }]);
      expect(at.slice(0, 10)).toBe("2026-01-02");
    }
  });

  it("shows nobody another's rows", async () => {
    const theirs = await get(`${operatorLog}?action=entity.read`, api.theirs.operator.key);
    expect(theirs.body).toMatchObject({ data: [], nextCursor: null });
    const platforms = await get(`${platformLog}?targetId=op_0000000000000001`, api.theirs.key);
    expect(platforms.body.data).toEqual([]);
    expect((await get(`${platformLog}?targetId=op_0000000000000001`, api.ours.key)).body.data).not.toEqual(
      [],
    );
  });

  it("is closed to the other kind of key", async () => {
    expect((await get(operatorLog, api.ours.key)).status).toBe(403);
    expect((await get(platformLog)).status).toBe(403);
  });

  it("refuses a cursor of another filter, and moments that don't exist", async () => {
    const { body } = await get(`${operatorLog}?limit=1`);
    const foreign = await get(`${operatorLog}?action=entity.read&cursor=${body.nextCursor}`);
    expect([foreign.status, foreign.body.error.details[0].field]).toEqual([400, "cursor"]);
    expect((await get(`${operatorLog}?from=yesterday`)).status).toBe(400);
  });

  const everything: AuditFilter = {
    action: undefined,
    targetId: undefined,
    from: undefined,
    to: undefined,
    after: undefined,
    rowsMax: 51,
  };
  const after = { at: "2026-01-05T00:00:00.000000Z", id: "00000000-0000-4000-8000-000000000000" };
  const filters: [string, Partial<AuditFilter>][] = [
    ["everything", {}],
    ["an action", { action: "entity.read" }],
    ["a target", { targetId: "ent_0000000000000005" }],
    ["an action on a target", { action: "entity.read", targetId: "ent_0000000000000005" }],
    ["a span of time", { from: new Date("2026-01-03"), to: new Date("2026-01-04") }],
  ];
  it.each(filters)("finds a page of %s in an index, unsorted, at any depth", async (_, filter) => {
    const db = openDatabase({ ...api.database.server, poolMax: 1 });
    const scopes = [{ operatorId: api.ours.operator.id }, { platformId: api.ours.id }];
    for (const scope of scopes) {
      for (const position of [undefined, after]) {
        const { text, values } = listStatement(scope, { ...everything, ...filter, after: position });
        const plan = await inTenant(db, scope, async (tx) => {
          const { rows } = await tx.raw(`explain ${text}`, values);
          return rows.map((row: { "QUERY PLAN": string }) => row["QUERY PLAN"]).join("\n");
        });
        expect(plan).toMatch(/Index Scan/);
        expect(plan).not.toMatch(/Seq Scan|Sort|Bitmap/);
      }
    }
    await db.close();
  });
});

describe("the log is append-only", () => {
  it.each(["audit_log", "platform_audit_log"])("for the server's role: %s", async (table) => {
    const db = openDatabase({ ...api.database.server, poolMax: 1 });
    const scope = table === "audit_log" ? { operatorId: api.ours.operator.id } : { platformId: api.ours.id };
    for (const statement of [
      `update ${table} set action = 'nothing'`,
      `update ${table} set at = now()`,
      `delete from ${table}`,
      `truncate ${table}`,
    ]) {
      await expect(inTenant(db, scope, (tx) => tx.raw(statement))).rejects.toMatchObject({ code: "42501" });
    }
    await db.close();
  });

  it("and nobody writes into another tenant's", async () => {
    const db = openDatabase({ ...api.database.server, poolMax: 1 });
    const scope = { operatorId: api.ours.operator.id };
    const row = { actor_type: "operatorKey", action: "settings.update", target_type: "settings" };
    const foreign = { ...row, operator_id: api.theirs.operator.id };
    await expect(inTenant(db, scope, (tx) => tx("audit_log").insert(foreign))).rejects.toMatchObject({
      code: "42501",
    });
    await db.close();
    made(await get(operatorLog));
  });
});
