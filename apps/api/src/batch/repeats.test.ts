import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
const entity = (externalId: string, extra: object = {}) => ({
  entityType: "player",
  externalId,
  data: { ...player, ...extra },
});
const event = (externalId: string) => ({ externalId, eventType: "session", data: {} });

const post = (kind: string, body: unknown, { path, key, ...headers }: Record<string, string> = {}) =>
  api.call("POST", `${path ?? "/operator-data-api"}/batch/${kind}`, {
    key: key ?? api.ours.operator.key,
    body,
    headers,
  });
const once = (name: string) => ({ "Idempotency-Key": name });
const count = async (table: string, operatorId = api.ours.operator.id) =>
  Number(
    (await api.sql(`select count(*) as n from ${table} where operator_id = $1`, [operatorId]))[0]
      ?.n as string,
  );

describe("a batch with an Idempotency-Key", () => {
  it("is repeated byte for byte and written once, however it is spelt", async () => {
    await post("entities", [entity("i1")]);
    const items = [event("i1"), event("nobody"), { eventType: "session", externalId: 1 }];
    const first = await post("events", items, once("batch-1"));
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    const before = [await count("events"), await count("batch_jobs")];
    const spelt = ` ${JSON.stringify(
      items.map((item) => Object.fromEntries(Object.entries(item).reverse())),
      null,
      2,
    )}`;
    for (const again of [
      await post("events", items, once("batch-1")),
      await post("events", spelt, once("batch-1")),
      await post("events", items, { ...once("batch-1"), path: "/functions/v1/operator-data-api" }),
      await post("events", gzipSync(spelt), { ...once("batch-1"), "Content-Encoding": "gzip" }),
    ]) {
      expect([again.status, again.text]).toEqual([200, first.text]);
      expect(again.headers.get("idempotency-replayed")).toBe("true");
    }
    expect([await count("events"), await count("batch_jobs")]).toEqual(before);
  });

  it("is refused when it is another one: other items, another order, another kind", async () => {
    const items = [entity("i2"), entity("i3")];
    await post("entities", items, once("batch-2"));
    for (const [kind, body] of [
      ["entities", [entity("i2"), entity("i3", { x: 1 })]],
      ["entities", [entity("i3"), entity("i2")]],
      ["entities", [entity("i2")]],
      ["events", items],
    ] as const) {
      const answer = await post(kind, body, once("batch-2"));
      expect([answer.status, answer.body.error.code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    }
  });

  it("remembers a batch of which nothing was good, and no refusal of a whole one", async () => {
    const failed = await post("entities", [{}], once("batch-3"));
    expect((await post("entities", [{}], once("batch-3"))).text).toBe(failed.text);
    expect((await post("entities", [], once("batch-4"))).status).toBe(400);
    expect((await post("entities", [entity("i4")], once("batch-4"))).status).toBe(200);
  });

  it("is replayed before the template is asked for", async () => {
    const { key, id } = await api.createOperator(api.ours);
    const first = await post("entities", [entity("i5")], { key, ...once("batch-5") });
    await api.sql("update settings set template_id = null where operator_id = $1", [id]);
    expect((await post("entities", [entity("i5")], { key, ...once("batch-5") })).text).toBe(first.text);
    expect((await post("entities", [entity("i5")], { key, ...once("batch-6") })).status).toBe(400);
  });

  it("is written once by twins that come together, also to two servers", async () => {
    const twin = await api.startTwin();
    await post("entities", [entity("i6")]);
    const items = Array.from({ length: 500 }, () => event("i6"));
    const jobsBefore = await count("batch_jobs");
    const answers = await Promise.all(
      [api.baseUrl, twin.baseUrl, api.baseUrl, twin.baseUrl].map(async (baseUrl) => {
        const response = await fetch(`${baseUrl}/operator-data-api/batch/events`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${api.ours.operator.key}`,
            "content-type": "application/json",
            ...once("batch-7"),
          },
          body: JSON.stringify(items),
        });
        return { status: response.status, text: await response.text() };
      }),
    );
    await twin.stop();
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    const listed = await api.sql(
      "select 1 from events e join entities n on n.operator_id = e.operator_id and n.id = e.entity_id where n.external_id = 'i6'",
    );
    expect(listed).toHaveLength(500);
    expect(await count("batch_jobs")).toBe(jobsBefore + 1);
  });
});

describe("batches at once", () => {
  const names = Array.from({ length: 300 }, (_, index) => `c${String(index).padStart(3, "0")}`);
  const backwards = [...names].reverse();

  it("of the same entities, both ways and beside single writes, all succeed", async () => {
    const wave = async (mark: number) => {
      const answers = await Promise.all([
        ...[names, backwards, names, backwards].map((order) =>
          post(
            "entities",
            order.map((name) => entity(name, { mark })),
          ),
        ),
        ...names.slice(0, 40).map((name) =>
          api.call("POST", "/operator-data-api/entities", {
            key: api.ours.operator.key,
            body: entity(name, { mark }),
          }),
        ),
      ]);
      return answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 201);
    };
    for (const mark of [1, 2, 3]) expect(await wave(mark)).toEqual([]);
    const stored = await api.sql(
      "select data->>'mark' as mark, count(*) as n from entities where external_id = any ($1) group by 1",
      [names],
    );
    expect(stored).toEqual([{ mark: "3", n: "300" }]);
  });

  it("of the same states and events, both ways and beside single writes, all succeed", async () => {
    await post(
      "entities",
      names.map((name) => entity(name)),
    );
    const keys = ["balance", "risk_score", "kyc_status"];
    const statesOf = (order: string[]) =>
      order.flatMap((externalId) => keys.map((stateKey) => ({ externalId, stateKey, value: externalId })));
    const answers = await Promise.all([
      post("states", statesOf(names)),
      post("states", statesOf(backwards).reverse()),
      post("states", statesOf(backwards)),
      post("events", names.map(event)),
      post("events", backwards.map(event)),
      post(
        "entities",
        backwards.map((name) => entity(name)),
      ),
      ...names.slice(0, 40).map((name) =>
        api.call("PUT", `/operator-data-api/entities/${name}/state/balance`, {
          key: api.ours.operator.key,
          body: { value: "single" },
        }),
      ),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it("never waited for each other in a circle", async () => {
    const [row] = await api.sql("select deadlocks from pg_stat_database where datname = current_database()");
    expect(row).toEqual({ deadlocks: "0" });
  });
});

describe("a change of template", () => {
  it("under a batch makes it prepare again, so that all its PII is sealed", async () => {
    const { key, id } = await api.createOperator(api.ours);
    const rounds = Array.from({ length: 6 }, (_, round) => round);
    const answers = await Promise.all([
      ...rounds.map((round) =>
        post(
          "entities",
          Array.from({ length: 200 }, (_, index) => entity(`t${round}-${index}`)),
          { key },
        ),
      ),
      ...rounds.map((round) =>
        api.sql("update settings set template_id = $2 where operator_id = $1", [
          id,
          round % 2 === 0 ? null : "tpl_igaming",
        ]),
      ),
    ]);
    for (const answer of answers) {
      if ("status" in answer) expect([200, 400]).toContain(answer.status);
    }
    const clear = await api.sql("select 1 from entities where operator_id = $1 and not sealed @> '{email}'", [
      id,
    ]);
    expect(clear).toEqual([]);
  });
});
