import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallOptions } from "../testing/call.js";
import { expectError, prefixes } from "../testing/expect-error.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { player } from "../testing/things.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const entityId = expect.stringMatching(/^ent_[0-9a-f]{16}$/);
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

for (const prefix of prefixes)
  describe(`${prefix}/operator-data-api/entities`, () => {
    const send = (method: string, path = "", options: CallOptions = {}) =>
      api.call(method, `${prefix}/operator-data-api/entities${path}`, {
        key: api.ours.operator.key,
        ...options,
      });
    const upsert = (externalId: string, data: unknown = player, entityType = "player") =>
      send("POST", "", { body: { entityType, externalId, data } });
    const get = (externalId: string) => send("GET", `/${encodeURIComponent(externalId)}`);
    const own = (name: string) => `${name}${prefix}`;

    it("POST makes an entity, and replaces it whole after that", async () => {
      const externalId = own("replaced");
      const first = await upsert(externalId, { ...player, first_name: "Ada", vip_level: "gold", extra: [1] });
      expect(first.status).toBe(201);
      const data = { id: entityId, externalId, entityType: "player", action: "created" };
      expect(first.body).toEqual({ success: true, data });
      const created = (await get(externalId)).body.data;

      const second = await upsert(externalId, { name: "Now a game" }, "game");
      const { id } = first.body.data;
      expect(second.status).toBe(200);
      expect(second.body).toEqual({
        success: true,
        data: { id, externalId, entityType: "game", action: "updated" },
      });

      const replaced = (await get(externalId)).body.data;
      expect(replaced).toMatchObject({ id, entity_type: "game", data: { name: "Now a game" } });
      expect(Object.keys(replaced.data)).toEqual(["name"]);
      expect(replaced.created_at).toBe(created.created_at);
      expect(Date.parse(replaced.updated_at)).toBeGreaterThanOrEqual(Date.parse(created.updated_at));
    });

    it("GET shows it in clear, with exactly these fields", async () => {
      const data = {
        first_name: "James",
        last_name: "Wilson",
        email: "james.wilson@example.com",
        country: "GB",
        currency: "GBP",
        date_of_birth: "1992-03-15",
        registration_date: "2026-04-06T10:30:00Z",
        status: "active",
        vip_level: "bronze",
      };
      const { id } = (await upsert(own("player_12345"), data)).body.data;
      const answer = await get(own("player_12345"));
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        success: true,
        data: {
          id,
          external_id: own("player_12345"),
          entity_type: "player",
          data,
          created_at: expect.stringMatching(moment),
          updated_at: answer.body.data.created_at,
        },
      });
    });

    it("POST reports what is missing, all of it at once", async () => {
      const full: Record<string, unknown> = { entityType: "player", externalId: own("x"), data: player };
      for (const names of [["data"], ["externalId"], ["entityType"], ["entityType", "externalId", "data"]]) {
        for (const value of [undefined, null]) {
          const body = { ...full, ...Object.fromEntries(names.map((name) => [name, value])) };
          const { fields, message } = expectError(await send("POST", "", { body }), "MISSING_FIELDS");
          expect(fields.sort()).toEqual([...names].sort());
          if (names.length === 1) expect(message).toBe(`Missing required field: "${names[0]}"`);
        }
      }
    });

    it("POST holds data against the template: required fields there and not null, each named", async () => {
      const faults: readonly (readonly [string, object, string[]])[] = [
        ["player", {}, ["data.country", "data.currency", "data.email"]],
        ["player", { email: null, country: "GB", currency: null }, ["data.currency", "data.email"]],
        ["game", { title: "x" }, ["data.name"]],
        ["operator", { name: null }, ["data.name"]],
        ["Player", player, ["entityType"]],
        ["wizard", player, ["entityType"]],
        ["__proto__", player, ["entityType"]],
        ["constructor", player, ["entityType"]],
      ];
      for (const [entityType, data, expected] of faults) {
        const { fields } = expectError(await upsert(own("bad"), data, entityType), "VALIDATION_FAILED");
        expect(fields.sort()).toEqual(expected);
      }
      expectError(await get(own("bad")), "ENTITY_NOT_FOUND");
      const empty = { email: "", country: "", currency: "" };
      expect((await upsert(own("empty"), empty)).status).toBe(201);
      expect((await get(own("empty"))).body.data.data).toEqual(empty);
    });

    it("POST without a template says what to do", async () => {
      const { key } = await api.createOperator(api.ours, { template: false });
      const body = { entityType: "player", externalId: "p", data: player };
      const { message } = expectError(await send("POST", "", { key, body }), "TEMPLATE_NOT_CONFIGURED");
      expect(message).toContain("PUT /operator-data-api/settings");
      expect(message).toContain("tpl_igaming");
      expectError(await send("GET", "/p", { key }), "ENTITY_NOT_FOUND");
      expect((await send("GET", "", { key })).body).toEqual({ success: true, data: [], nextCursor: null });
    });

    it("takes every externalId that can travel, and keeps them apart byte for byte", async () => {
      const ids = [
        "a/b",
        "../x",
        "...",
        "%2F",
        "%",
        "+",
        " ",
        "a b",
        "🎰",
        "é",
        "e\u0301",
        "A",
        "a",
        "?x=1#y",
        "ent_0123456789abcdef",
        "null",
        "\u202eright to left",
        "x".repeat(255),
        "🎰".repeat(255),
        "\u0001",
        "'; drop table entities; --",
        '"quoted"\\',
      ].map((id) => (id.length >= 255 ? id : id + (prefix === "" ? "" : "~")));
      for (const id of ids)
        expect([id, (await upsert(id)).body.data?.action]).toEqual([
          id,
          prefix === "" || id.length < 255 ? "created" : "updated",
        ]);
      const seen = new Set<string>();
      for (const id of ids) {
        const { data } = (await get(id)).body;
        expect(data.external_id).toBe(id);
        seen.add(data.id);
      }
      expect(seen.size).toBe(ids.length);
    });

    it("refuses an externalId that cannot travel, in a body and in a path", async () => {
      for (const externalId of [
        ".",
        "..",
        "",
        "a\u0000b",
        "\ud800",
        "x".repeat(256),
        "🎰".repeat(256),
        5,
        [],
        true,
      ]) {
        const body = JSON.stringify({ entityType: "player", externalId, data: player });
        expect(expectError(await send("POST", "", { body }), "VALIDATION_FAILED").fields).toEqual([
          "externalId",
        ]);
      }
      for (const path of [
        "%",
        "%zz",
        "%C3%28",
        "%C0%AF",
        "%ED%A0%80",
        "a%00b",
        "x".repeat(256),
        "x".repeat(10_000),
      ]) {
        for (const method of ["GET", "DELETE"]) {
          const answer = await send(method, `/${path}`);
          expect(expectError(answer, "VALIDATION_FAILED").fields).toEqual(["externalId"]);
        }
      }
    });

    it("knows no entity that isn't there, by our id neither", async () => {
      const { id } = (await upsert(own("known"))).body.data;
      for (const externalId of ["nobody", id, "KNOWN", `${own("known")} `]) {
        expectError(await get(externalId), "ENTITY_NOT_FOUND");
        expectError(await send("DELETE", `/${encodeURIComponent(externalId)}`), "ENTITY_NOT_FOUND");
      }
    });
  });

it("an entity keeps its time of creation, whichever alias wrote it", async () => {
  const key = api.ours.operator.key;
  const body = { entityType: "player", externalId: "shared", data: player };
  const one = await api.call("POST", "/operator-data-api/entities", { key, body });
  const two = await api.call("POST", "/functions/v1/operator-data-api/entities", { key, body });
  expect([one.body.data.action, two.body.data.action]).toEqual(["created", "updated"]);
  expect(two.body.data.id).toBe(one.body.data.id);
});
