import { inTenant, openDatabase } from "@onehazel/db";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startApi, type TestApi, type TestOperator } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  // Its sessions wait for a lock until they get it, so that those that wait can be counted.
  api = await startApi({ pool: { releasesWhileLocked: false } });
});
afterAll(() => api.stop());

const marker = "Q7-marker";
const player = (externalId: string, extra: object = {}) => ({
  entityType: "player",
  externalId,
  data: {
    email: `${marker}@example.com`,
    first_name: marker,
    country: "GB",
    currency: "GBP",
    ...extra,
  },
});
const call = (method: string, rest: string, { key }: TestOperator, body?: unknown, idempotencyKey?: string) =>
  api.call(method, `/operator-data-api/${rest}`, {
    key,
    body,
    ...(idempotencyKey === undefined ? {} : { headers: { "Idempotency-Key": idempotencyKey } }),
  });
const rowsWith = async (text: string, { id }: TestOperator) => {
  const found: string[] = [];
  for (const table of [
    "entities",
    "events",
    "states",
    "batch_jobs",
    "batch_job_subjects",
    "idempotency_keys",
  ]) {
    const rows = await api.sql(`select t::text as row from ${table} t where operator_id = $1`, [id]);
    found.push(...rows.filter(({ row }) => String(row).includes(text)).map(() => table));
  }
  return found;
};

const waiting = (sessions: number) =>
  vi.waitFor(async () => {
    const found = await api.sql(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    expect(found).toHaveLength(sessions);
  }, 120_000);

describe("personal data of a batch", () => {
  it("is sealed in what is stored, and reads come back in clear", async () => {
    const operator = await api.createOperator(api.ours);
    await call(
      "POST",
      "batch/entities",
      operator,
      [player("p1"), player("p2", { first_name: { a: [marker] } })],
      "k",
    );
    const [row] = await api.sql(
      "select data, sealed from entities where operator_id = $1 and external_id = 'p2'",
      [operator.id],
    );
    expect([...((row?.sealed ?? []) as string[])].sort()).toEqual(["email", "first_name"]);
    expect((await call("GET", "entities/p2", operator)).body.data.data).toEqual(
      player("p2", { first_name: { a: [marker] } }).data,
    );
  });

  it("of events is sealed under each event", async () => {
    const operator = await api.createOperator(api.ours);
    const [builtin] = await api.sql("select schema from builtin_templates where id = 'tpl_igaming'");
    const schema = builtin?.schema as { pii_fields: object };
    await api.sql(
      "insert into builtin_templates (id, name, version, schema) values ('tpl_support', 'S', '1', $1)",
      [{ ...schema, pii_fields: { ...schema.pii_fields, support: ["text"] } }],
    );
    await call("PUT", "settings", operator, { templateId: "tpl_support" });
    await call("POST", "batch/entities", operator, [player("p1")]);
    const support = { externalId: "p1", eventType: "support", data: { text: marker, topic: "login" } };
    await call("POST", "batch/events", operator, [support, support], "k");
    expect(await rowsWith(marker, operator)).toEqual([]);
    const listed = (await call("GET", "entities/p1/events", operator)).body.data;
    expect(new Set(listed.map(({ data }: { data: { text: string } }) => data.text)).size).toBe(2);
    expect((await call("GET", `entities/p1/events/${listed[0].id}`, operator)).body.data.data).toEqual(
      support.data,
    );
  });

  it("of refused and of good items stands in no job, remembered reply or log", async () => {
    const operator = await api.createOperator(api.ours);
    const refused = { entityType: "player", externalId: "p3", data: { email: marker, first_name: marker } };
    const wrong = { ...player("p4"), externalId: { [`${marker}`]: marker } };
    for (const body of [[player("p1"), refused], [wrong], [{ ...refused, entityType: marker }]]) {
      const answer = await call(
        "POST",
        "batch/entities",
        operator,
        body,
        `k${body.length}${JSON.stringify(body).length}`,
      );
      expect([answer.status, answer.text.includes(marker)]).toEqual([200, false]);
    }
    await call("POST", "batch/states", operator, [{ externalId: "p9", stateKey: marker, value: marker }]);
    await call("POST", "batch/events", operator, [{ externalId: "p9", eventType: marker, data: { marker } }]);
    expect(await rowsWith(marker, operator)).toEqual([]);
    expect(api.logLines.filter((line) => line.includes(marker))).toEqual([]);
  });
});

describe("erasing an entity that reports of batches name", () => {
  const odd = 'p"\\/😀,\n';
  const pathOf = (externalId: string) => `entities/${encodeURIComponent(externalId)}`;

  it("makes job and remembered reply say null for it alone, and the batch still replays", async () => {
    const operator = await api.createOperator(api.ours);
    for (const name of ["near", odd]) {
      await call("POST", "batch/entities", operator, [player(name), player(`${name}2`)]);
      const items = [name, `${name}2`, name, `"externalId":"${name}"`].map((externalId) => ({
        externalId,
        eventType: "unheard",
        data: {},
      }));
      const first = await call("POST", "batch/events", operator, items, `e-${name.length}`);
      const replied = await call("POST", "batch/events", operator, items, `e-${name.length}`);
      expect(replied.text).toBe(first.text);
      expect((await call("DELETE", pathOf(name), operator)).status).toBe(200);
      const expected = structuredClone(first.body);
      for (const index of [0, 2]) expected.data.errors[index].externalId = null;
      const again = await call("POST", "batch/events", operator, items, `e-${name.length}`);
      expect(again.body).toEqual(expected);
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect((await call("POST", "batch/events", operator, items, `e-${name.length}`)).text).toBe(again.text);
      const job = await call("GET", `batch/jobs/${first.body.data.jobId}`, operator);
      expect(job.body.data.errors).toEqual(expected.data.errors);
    }
  });

  it("leaves nothing that names it, and other tenants' reports alone", async () => {
    const operator = await api.createOperator(api.ours);
    const stranger = await api.createOperator(api.ours);
    const name = "gone-with-the-wind";
    const refused = [{ entityType: "player", externalId: name, data: {} }];
    for (const each of [operator, stranger]) {
      await call("POST", "batch/entities", each, [player(name)]);
      await call("POST", "batch/entities", each, refused, "k1");
      await call("POST", "batch/states", each, [{ externalId: name, stateKey: "x", value: 1 }]);
      await call("POST", "batch/states", each, [{ externalId: name, stateKey: "balance", value: 1 }]);
    }
    await call("DELETE", `entities/${name}`, operator);
    const [hash] = await api.sql("select sha256($1)::text as hash", [Buffer.from(name)]);
    expect(await rowsWith(name, operator)).toEqual([]);
    expect(await rowsWith(String(hash?.hash).slice(1), operator)).toEqual([]);
    const told = await call("POST", "batch/entities", stranger, refused, "k1");
    expect(told.body.data.errors[0].externalId).toBe(name);
  });

  it("waits for a batch under way that will name it, and finds its report", async () => {
    const operator = await api.createOperator(api.ours);
    await call("POST", "batch/entities", operator, [player("named"), player("held")]);
    const superuser = openDatabase(api.database.superuser);
    const holder = await superuser.pool.connect();
    await holder.query("begin");
    await holder.query("select 1 from entities where operator_id = $1 and external_id = 'held' for update", [
      operator.id,
    ]);
    const items = [{ entityType: "player", externalId: "named", data: {} }, player("held")];
    const batch = call("POST", "batch/entities", operator, items, "under-way");
    await waiting(1);
    const erasure = call("DELETE", "entities/named", operator);
    await waiting(2);
    await holder.query("commit");
    holder.release();
    await superuser.close();
    expect([(await batch).status, (await erasure).status]).toEqual([200, 200]);
    expect((await batch).body.data.errors).toMatchObject([{ index: 0, externalId: "named" }]);
    const again = await call("POST", "batch/entities", operator, items, "under-way");
    expect(again.body.data.errors).toMatchObject([{ index: 0, externalId: null }]);
    expect(await rowsWith("named", operator)).toEqual([]);
  });

  it("lets no event and no state of a batch land after it", async () => {
    const operator = await api.createOperator(api.ours);
    for (let round = 0; round < 10; round += 1) {
      const name = `late-${round}`;
      await call("POST", "batch/entities", operator, [player(name)]);
      const states = [{ externalId: name, stateKey: "balance", value: round }];
      const events = Array.from({ length: 50 }, () => ({
        externalId: name,
        eventType: "session",
        data: { round },
      }));
      const answers = await Promise.all([
        call("POST", "batch/states", operator, states),
        call("POST", "batch/events", operator, events),
        call("DELETE", `entities/${name}`, operator),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      for (const { body } of answers.slice(0, 2)) {
        const { succeeded, failed, errors } = body.data;
        expect([0, succeeded + failed]).toContain(succeeded);
        for (const { code } of errors) expect(code).toBe("ENTITY_NOT_FOUND");
      }
    }
  });

  it("finds its jobs by an index, however many there are", async () => {
    const operator = await api.createOperator(api.ours);
    await api.sql(
      `insert into batch_jobs (operator_id, id, type, total, succeeded, failed, errors)
       select $1, 'job_' || lpad(to_hex(n), 16, '0'), 'events', 1, 0, 1, '[]' from generate_series(1, 20000) n`,
      [operator.id],
    );
    await api.sql(
      `insert into batch_job_subjects (operator_id, subject, job_id)
       select operator_id, sha256(convert_to(id, 'UTF8')), id from batch_jobs where operator_id = $1`,
      [operator.id],
    );
    await api.sql("analyze batch_job_subjects");
    const db = openDatabase(api.database.server);
    const plan: string[] = await inTenant(db, { operatorId: operator.id }, async (tx) => {
      const { rows } = await tx.raw(
        "explain select job_id from batch_job_subjects where operator_id = ? and subject = sha256(convert_to(?, 'UTF8'))",
        [operator.id, "x"],
      );
      return rows;
    });
    await db.close();
    expect(JSON.stringify(plan)).toMatch(/Index (Only )?Scan.*Index Cond: .*subject/);
  });
});
