import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallOptions } from "../testing/call.js";
import { expectError, prefixes } from "../testing/expect-error.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { absent } from "../testing/things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const operatorId = expect.stringMatching(/^op_[0-9a-f]{16}$/);
const full = {
  name: "Lucky Spin Casino",
  plan: "professional",
  contactEmail: "admin@luckyspin.example",
  industry: "igaming",
  configuration: {
    note: "ours",
    nested: { list: [1, null, "x"] },
    rateLimits: { realtime: 1, batch: 1_000_000 },
  },
};

for (const prefix of prefixes) {
  const send = (method: string, path = "", options: CallOptions = {}) =>
    api.call(method, `${prefix}/platform-api/operators${path}`, { key: api.ours.key, ...options });
  const create = async (body: object = full) => (await send("POST", "", { body })).body.data;

  describe(`POST ${prefix}/platform-api/operators`, () => {
    it("makes an operator with everything that was said of it", async () => {
      const answer = await send("POST", "", { body: full });
      expect(answer.status).toBe(201);
      const data = {
        id: operatorId,
        ...full,
        status: "active",
        createdAt: moment,
        updatedAt: moment,
        suspendedAt: null,
      };
      expect(answer.body).toEqual({ success: true, data });
      expect(answer.body.data.createdAt).toBe(answer.body.data.updatedAt);
    });

    it("needs a name only", async () => {
      for (const body of [{ name: "A" }, { name: "A", plan: null, industry: null, contactEmail: null }]) {
        const { data } = (await send("POST", "", { body })).body;
        expect(data).toMatchObject({
          name: "A",
          plan: null,
          industry: null,
          contactEmail: null,
          configuration: {},
        });
      }
      for (const body of [{}, { name: null }, { plan: "x" }]) {
        const { message } = expectError(await send("POST", "", { body }), "MISSING_FIELDS");
        expect(message).toBe('Missing required field: "name"');
      }
    });

    it("takes what is just within bounds", async () => {
      const configuration = { text: "x".repeat(16_384 - '{"text":""}'.length) };
      const longest = `${"x".repeat(64)}@${"y".repeat(63)}.${"y".repeat(63)}.${"z".repeat(57)}.org`.slice(
        -254,
      );
      expect(longest).toHaveLength(254);
      const body = {
        name: "ñ".repeat(200),
        plan: "🎰".repeat(64),
        industry: "i",
        contactEmail: longest,
        configuration,
      };
      expect((await send("POST", "", { body })).body.data).toMatchObject(body);
    });

    it("names every fault at once", async () => {
      const body = {
        name: "",
        plan: "",
        industry: "x".repeat(65),
        contactEmail: "nobody",
        configuration: [],
      };
      const { fields } = expectError(await send("POST", "", { body }), "VALIDATION_FAILED");
      expect(fields.sort()).toEqual(Object.keys(body).sort());
    });

    it("refuses what is just out of bounds", async () => {
      const faults: readonly (readonly [object, string])[] = [
        [{ name: "x".repeat(201) }, "name"],
        [{ name: 5 }, "name"],
        [{ plan: "x".repeat(65) }, "plan"],
        [{ contactEmail: `${"x".repeat(251)}@a.b` }, "contactEmail"],
        [{ contactEmail: "" }, "contactEmail"],
        [{ configuration: null }, "configuration"],
        [{ configuration: { text: "x".repeat(16_384) } }, "configuration"],
        [{ configuration: { rateLimits: { realtime: 0 } } }, "configuration.rateLimits.realtime"],
        [{ configuration: { rateLimits: { batch: 1_000_001 } } }, "configuration.rateLimits.batch"],
        [{ configuration: { rateLimits: { read: 1.5 } } }, "configuration.rateLimits.read"],
        [{ configuration: { rateLimits: { gateway: "5" } } }, "configuration.rateLimits.gateway"],
        [{ configuration: { rateLimits: { Realtime: 5 } } }, "configuration.rateLimits.Realtime"],
        [{ configuration: { rateLimits: [] } }, "configuration.rateLimits"],
        [{ id: "op_0123456789abcdef" }, "id"],
        [{ status: "suspended" }, "status"],
      ];
      for (const [fault, field] of faults) {
        const answer = await send("POST", "", { body: { name: "A", ...fault } });
        expect(expectError(answer, "VALIDATION_FAILED").fields).toEqual([field]);
      }
      const proto = '{"name":"A","configuration":{"rateLimits":{"__proto__":5}}}';
      expect(expectError(await send("POST", "", { body: proto }), "VALIDATION_FAILED").fields).toEqual([
        "configuration.rateLimits.__proto__",
      ]);
    });

    it("knows every name of a limit, and keeps what else a configuration holds", async () => {
      const names = [
        "realtime",
        "batch",
        "read",
        "gateway",
        "management",
        "analyticsRead",
        "analyticsExport",
        "analyticsRefresh",
      ];
      const rateLimits = Object.fromEntries(names.map((name, index) => [name, index + 1]));
      const text = `{"__proto__":{"a":1},"constructor":"c","toString":null,"rateLimits":${JSON.stringify(rateLimits)}}`;
      const answer = await send("POST", "", { body: `{"name":"A","configuration":${text}}` });
      const kept = answer.body.data.configuration;
      expect(Object.keys(kept).sort()).toEqual(["__proto__", "constructor", "rateLimits", "toString"]);
      expect(Object.getOwnPropertyDescriptor(kept, "__proto__")?.value).toEqual({ a: 1 });
      expect(kept.rateLimits).toEqual(rateLimits);
    });

    it("is idempotent under an Idempotency-Key", async () => {
      const headers = { "idempotency-key": `create-${prefix.length}` };
      const first = await send("POST", "", { body: full, headers });
      const again = await send("POST", "", { body: full, headers });
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect([first, again].map((answer) => answer.headers.get("idempotency-replayed"))).toEqual([
        null,
        "true",
      ]);
      const other = await send("POST", "", { body: { ...full, name: "B" }, headers });
      expectError(other, "IDEMPOTENCY_KEY_REUSED");
    });
  });

  describe(`${prefix}/platform-api/operators/:id`, () => {
    it("GET shows it", async () => {
      const made = await create();
      const answer = await send("GET", `/${made.id}`);
      expect([answer.status, answer.body]).toEqual([200, { success: true, data: made }]);
    });

    it("PUT changes what is given and leaves the rest", async () => {
      const made = await create();
      const changes: readonly object[] = [
        {},
        { plan: "enterprise", status: "active" },
        { name: "Renamed" },
        { configuration: { only: true } },
        { plan: null, industry: null, contactEmail: null },
        { contactEmail: "new@example.com" },
        { configuration: {} },
      ];
      let expected = made;
      for (const body of changes) {
        const answer = await send("PUT", `/${made.id}`, { body });
        expected = { ...expected, ...body, updatedAt: moment };
        expect([answer.status, answer.body]).toEqual([200, { success: true, data: expected }]);
        expect((await send("GET", `/${made.id}`)).body).toEqual(answer.body);
      }
    });

    it("PUT names every fault and changes nothing", async () => {
      const made = await create();
      const faults: readonly (readonly [object, string[]])[] = [
        [{ name: null }, ["name"]],
        [{ name: "" }, ["name"]],
        [{ status: "deleted" }, ["status"]],
        [{ status: null }, ["status"]],
        [{ configuration: null }, ["configuration"]],
        [{ configuration: { text: "x".repeat(16_384) }, plan: 5 }, ["configuration", "plan"]],
        [{ platformId: api.theirs.id, id: "x" }, ["id", "platformId"]],
      ];
      for (const [body, expected] of faults) {
        const { fields } = expectError(await send("PUT", `/${made.id}`, { body }), "VALIDATION_FAILED");
        expect(fields.sort()).toEqual(expected);
      }
      expect((await send("GET", `/${made.id}`)).body.data).toEqual(made);
    });

    it("PUT is idempotent: a repeat does not undo what came between", async () => {
      const made = await create();
      const headers = { "idempotency-key": `rename-${prefix.length}` };
      const first = await send("PUT", `/${made.id}`, { body: { name: "One", plan: "p" }, headers });
      await send("PUT", `/${made.id}`, { body: { name: "Two" } });
      const again = await send("PUT", `/${made.id}`, { body: '{ "plan": "p",\n"name": "One" }', headers });
      expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([first.text, "true"]);
      expect((await send("GET", `/${made.id}`)).body.data.name).toBe("Two");
    });

    it("DELETE suspends, repeatably, and PUT reactivates", async () => {
      const { id } = await create();
      const first = await send("DELETE", `/${id}`);
      expect([first.status, first.body.data.status, first.body.data.suspendedAt]).toEqual([
        200,
        "suspended",
        moment,
      ]);
      const again = await send("DELETE", `/${id}`);
      const byPut = await send("PUT", `/${id}`, { body: { status: "suspended" } });
      for (const { status, body } of [again, byPut]) {
        expect([status, body.data.suspendedAt]).toEqual([200, first.body.data.suspendedAt]);
      }
      for (let time = 0; time < 2; time += 1) {
        const back = await send("PUT", `/${id}`, { body: { status: "active" } });
        expect(back.body.data).toMatchObject({ status: "active", suspendedAt: null });
      }
    });

    it("finds none that isn't there, malformed or another platform's", async () => {
      const foreign = api.theirs.operator.id;
      for (const id of [
        absent.operator,
        "op_abc123",
        "x".repeat(10_000),
        "%00",
        "%zz",
        "%C3%28",
        "..%2f",
        foreign,
      ]) {
        for (const method of ["GET", "PUT", "DELETE"]) {
          const body = method === "PUT" ? { name: "Mine" } : undefined;
          expectError(await send(method, `/${id}`, { body }), "OPERATOR_NOT_FOUND");
        }
      }
      const seen = await api.call("GET", `/platform-api/operators/${foreign}`, { key: api.theirs.key });
      expect(seen.body.data.name).not.toBe("Mine");
    });
  });
}
