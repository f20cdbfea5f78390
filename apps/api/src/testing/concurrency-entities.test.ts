import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, call } from "./call.js";
import { startApi, type TestApi, type TestOperator } from "./harness.js";
import { holdTransaction, lockWaiters } from "./held-transaction.js";

const player = { email: "ada@example.com", country: "GB", currency: "GBP", nickname: "Countess" };
const entities = "/operator-data-api/entities";

let api: TestApi;
let instances: readonly string[];
beforeAll(async () => {
  api = await startApi();
  instances = [api.baseUrl, (await api.startTwin()).baseUrl];
});
afterAll(() => api.stop());

const upsert = (operator: TestOperator, n: number, headers: Record<string, string> = {}): Promise<Answer> =>
  call(instances[n % 2] as string, "POST", entities, {
    key: operator.key,
    headers,
    body: { entityType: "player", externalId: "p1", data: { ...player, n } },
  });

describe("an entity that is erased while others write it", () => {
  const erase = (operator: TestOperator, n: number, baseUrl = instances[n % 2] as string) =>
    call(baseUrl, "DELETE", `${entities}/p1`, { key: operator.key });

  it("takes nothing after its erasure: who comes later starts a fresh one", async () => {
    const operator = await api.createOperator(api.ours);
    const replies: { readonly act: "upsert" | "erase"; readonly answer: Answer }[] = [];
    const worker = async (index: number) => {
      for (let n = 0; n < 40; n += 1) {
        const act = (index + n) % 4 === 0 ? "erase" : "upsert";
        const headers: Record<string, string> = n % 2 === 0 ? { "Idempotency-Key": randomUUID() } : {};
        const answer =
          act === "erase" ? await erase(operator, index) : await upsert(operator, index, headers);
        replies.push({ act, answer });
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, index) => worker(index)));

    const kinds = new Set(replies.map(({ act, answer }) => `${act} ${answer.status}`));
    expect([...kinds].sort()).toEqual(["erase 200", "erase 404", "upsert 200", "upsert 201"]);
    const created = replies
      .filter(({ answer }) => answer.status === 201)
      .map(({ answer }) => answer.body.data.id);
    expect(new Set(created).size).toBe(created.length);
    const rows = await api.sql("select * from entities where operator_id = $1", [operator.id]);
    expect(rows.map(({ id }) => id).sort()).toEqual(created.sort());
    const tombstones = rows.filter(({ erased_at }) => erased_at !== null);
    expect(rows.length - tombstones.length).toBeLessThanOrEqual(1);
    expect(tombstones).toHaveLength(
      replies.filter(({ act, answer }) => act === "erase" && answer.status === 200).length,
    );
    for (const tombstone of tombstones) {
      expect(tombstone).toMatchObject({ external_id: null, data: { erased: true }, sealed: [] });
      expect(tombstone.updated_at).toEqual(tombstone.erased_at);
    }
    const remembered = await api.sql(
      `select from idempotency_keys k join entities e using (operator_id)
       where operator_id = $1 and e.erased_at is not null and position(e.id in k.reply) > 0`,
      [operator.id],
    );
    expect(remembered).toHaveLength(0);
  });

  it("is erased once by those who erase it at once", async () => {
    const operator = await api.createOperator(api.ours);
    await upsert(operator, 0);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => erase(operator, n)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(19);
  });

  it("is not erased in part when a remembered reply of it is held: 503, and nothing has happened", async () => {
    const operator = await api.createOperator(api.ours);
    const impatient = await api.startTwin({ lockTimeoutMs: 300 });
    await upsert(operator, 0, { "Idempotency-Key": "held" });
    const holder = await holdTransaction(api);
    await holder.run("select from idempotency_keys where operator_id = $1 for update", [operator.id]);
    const answer = await erase(operator, 0, impatient.baseUrl);
    expect([answer.status, answer.body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    await holder.end("rollback");
    expect((await api.call("GET", `${entities}/p1`, { key: operator.key })).status).toBe(200);
    await impatient.stop();
  });
});

describe("an upsert whose template changes meanwhile", () => {
  const settings = (operator: TestOperator, templateId: string) =>
    api.call("PUT", "/operator-data-api/settings", { key: operator.key, body: { templateId } });

  beforeAll(async () => {
    // A second built-in template that calls one more field PII, and a note at each write of the template it landed under.
    await api.sql(
      `insert into builtin_templates (id, name, version, schema)
       select 'tpl_more', 'More', '1.0', jsonb_insert(schema, '{pii_fields,player,0}', '"nickname"')
       from builtin_templates where id = 'tpl_igaming'`,
    );
    await api.sql("create table landed (operator_id text, template_id text, sealed text[], data jsonb)");
    await api.sql(
      `create function note_landing() returns trigger language plpgsql security definer as $$
       begin
         insert into landed
         select new.operator_id, s.template_id, new.sealed, new.data
         from settings s where s.operator_id = new.operator_id;
         return new;
       end $$`,
    );
    await api.sql(
      "create trigger note_landing after insert or update on entities for each row execute function note_landing()",
    );
  });

  it("is prepared anew under the new one", async () => {
    const operator = await api.createOperator(api.ours);
    const holder = await holdTransaction(api);
    await holder.run("select pg_advisory_xact_lock(hashtextextended('template:' || $1::text, 0))", [
      operator.id,
    ]);
    // Its sessions wait for the lock until they get it, so that both calls have been prepared before the template changes.
    const waitingServer = await api.startTwin({ releasesWhileLocked: false });
    const send = (n: number, headers: Record<string, string> = {}) =>
      call(waitingServer.baseUrl, "POST", entities, {
        key: operator.key,
        headers,
        body: { entityType: "player", externalId: "p1", data: { ...player, n } },
      });
    const waiting = [send(0), send(1, { "Idempotency-Key": "kept" })];
    await lockWaiters(api, 2);
    await holder.run("update settings set template_id = 'tpl_more' where operator_id = $1", [operator.id]);
    await holder.end("commit");
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    const again = await upsert(operator, 1, { "Idempotency-Key": "kept" });
    expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([answers[1]?.text, "true"]);
    const landed = await api.sql("select sealed, data from landed where operator_id = $1", [operator.id]);
    expect(landed).toHaveLength(2);
    for (const { sealed, data } of landed) {
      expect(sealed).toContain("nickname");
      expect(JSON.stringify(data)).not.toContain(player.nickname);
    }
  });

  it("never lands with a field in clear that its template calls PII", async () => {
    const operator = await api.createOperator(api.ours);
    const answers: Answer[] = [];
    let writing = true;
    const writer = async (index: number) => {
      for (let n = 0; n < 50; n += 1) answers.push(await upsert(operator, index));
    };
    const switcher = async () => {
      for (let n = 0; writing; n += 1)
        answers.push(await settings(operator, n % 2 === 0 ? "tpl_more" : "tpl_igaming"));
    };
    const switching = switcher();
    await Promise.all(Array.from({ length: 8 }, (_, index) => writer(index)));
    writing = false;
    await switching;
    expect(answers.filter(({ status }) => status >= 300).map(({ status, text }) => [status, text])).toEqual(
      [],
    );
    const landed = await api.sql("select * from landed where operator_id = $1", [operator.id]);
    const expected = (templateId: unknown) => (templateId === "tpl_more" ? ["email", "nickname"] : ["email"]);
    for (const { template_id, sealed } of landed)
      expect((sealed as string[]).sort()).toEqual(expected(template_id));
    expect(new Set(landed.map(({ template_id }) => template_id)).size).toBe(2);
  });
});
