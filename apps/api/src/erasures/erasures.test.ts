import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallOptions } from "../testing/call.js";
import { expectError, prefixes } from "../testing/expect-error.js";
import { made, startApi, type TestApi, type TestOperator } from "../testing/harness.js";
import { storedDigest } from "../testing/stored.js";
import { absent, player } from "../testing/things.js";

let api: TestApi;
let operator: TestOperator;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  operator = await api.createOperator(api.ours);
});
afterAll(() => api.stop());

const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const subject = {
  entityType: "player",
  externalId: "player/ада ✓",
  data: { ...player, first_name: "Marker-Ада" },
};

for (const prefix of prefixes)
  describe(`${prefix}/operator-data-api`, () => {
    const send = (method: string, path: string, options: CallOptions = {}) =>
      api.call(method, `${prefix}/operator-data-api/${path}`, { key: operator.key, ...options });
    const one = `entities/${encodeURIComponent(subject.externalId)}`;
    const upsert = (key?: string, body: object = subject) =>
      send("POST", "entities", {
        body,
        ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
      });

    it("DELETE /entities/:externalId erases, once, and hands out a receipt", async () => {
      const { id: entityId } = made<{ id: string }>(await upsert());
      const answer = await send("DELETE", one);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        success: true,
        message: "Entity deleted and data anonymized",
        data: { erasureId: expect.stringMatching(/^ers_[0-9a-f]{16}$/), status: "completed" },
      });
      const { erasureId } = answer.body.data;
      const receipt = await send("GET", `erasures/${erasureId}`);
      expect([receipt.status, receipt.body]).toEqual([
        200,
        {
          success: true,
          data: {
            id: erasureId,
            entityId,
            status: "completed",
            eventsRedacted: 0,
            statesRemoved: 0,
            repliesPurged: 0,
            requestedAt: moment,
            completedAt: moment,
          },
        },
      ]);
      expectError(await send("GET", one), "ENTITY_NOT_FOUND");
      expectError(await send("DELETE", one), "ENTITY_NOT_FOUND");
      expect((await send("GET", "entities")).body.data).toEqual([]);
    });

    it("GET /erasures/:id knows no receipt that isn't there, malformed or another operator's", async () => {
      await upsert();
      const { erasureId } = made<{ erasureId: string }>(await send("DELETE", one));
      const other = await api.createOperator(api.ours);
      expectError(await send("GET", `erasures/${erasureId}`, { key: other.key }), "ERASURE_NOT_FOUND");
      for (const id of [absent.erasure, "ers_", erasureId.toUpperCase(), "x".repeat(10_000), "%00", "%zz"]) {
        expectError(await send("GET", `erasures/${id}`), "ERASURE_NOT_FOUND");
      }
    });

    it("the old Idempotency-Key is answered 410 afterwards, whatever is sent with it, and writes nothing", async () => {
      await upsert("k1");
      await upsert("k2", { ...subject, data: player });
      const bystander = await upsert("k3", { ...subject, externalId: "somebody else" });
      const { erasureId } = made<{ erasureId: string }>(await send("DELETE", one));
      expect((await send("GET", `erasures/${erasureId}`)).body.data.repliesPurged).toBe(2);
      const before = await storedDigest(api);
      for (const key of ["k1", "k2"]) {
        expectError(await upsert(key), "ENTITY_ERASED");
        expectError(await upsert(key, { ...subject, externalId: "another" }), "ENTITY_ERASED");
        expectError(await upsert(key, { ...subject, data: {} }), "ENTITY_ERASED");
        const headers = { "idempotency-key": key };
        const settings = await send("PUT", "settings", { body: { dataRetentionDays: 100 }, headers });
        expectError(settings, "ENTITY_ERASED");
      }
      expect(await storedDigest(api)).toEqual(before);
      const again = await upsert("k3", { ...subject, externalId: "somebody else" });
      expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([bystander.text, "true"]);
    });

    it("a new POST starts a fresh entity with a new id, and the receipt stays", async () => {
      const first = made<{ id: string }>(await upsert());
      const { erasureId } = made<{ erasureId: string }>(await send("DELETE", one));
      const fresh = await upsert();
      expect([fresh.status, fresh.body.data.action]).toEqual([201, "created"]);
      expect(fresh.body.data.id).not.toBe(first.id);
      const read = (await send("GET", one)).body.data;
      expect(read).toMatchObject({ id: fresh.body.data.id, created_at: read.updated_at, data: subject.data });
      expect((await send("GET", `erasures/${erasureId}`)).body.data.entityId).toBe(first.id);
      const changes = (await send("GET", "entities?updatedSince=2020-01-01T00:00:00Z")).body.data;
      expect(changes.map((row: { id: string }) => row.id)).toEqual([first.id, fresh.body.data.id]);
      expect((await send("DELETE", one)).status).toBe(200);
    });

    it("an expired key of an erased entity is new again", async () => {
      await upsert("k1");
      await send("DELETE", one);
      await api.sql("update idempotency_keys set expires_at = now() where operator_id = $1", [operator.id]);
      const fresh = await upsert("k1");
      expect([fresh.status, fresh.headers.get("idempotency-replayed")]).toEqual([201, null]);
      expect((await upsert("k1")).text).toBe(fresh.text);
    });

    it("leaves nothing of the person in any table, and no external id", async () => {
      const externalId = "Marker-external-id";
      await upsert("Marker-key", { ...subject, externalId });
      await send("DELETE", `entities/${externalId}`);
      for (const table of ["entities", "erasures", "idempotency_keys"]) {
        const stored = await api.sql<{ row: string }>(
          `select to_jsonb(t)::text as row from ${table} t where operator_id = $1`,
          [operator.id],
        );
        expect([table, stored.length]).toEqual([table, 1]);
        for (const { row } of stored) {
          expect(row).not.toContain("Marker");
          expect(row).not.toContain(Buffer.from("Marker").toString("hex"));
          expect(row).not.toContain("GBP");
        }
      }
      const [key] = await api.sql("select * from idempotency_keys where operator_id = $1", [operator.id]);
      const { operator_id, key_hash, expires_at, erased, ...rest } = key!;
      expect([operator_id, erased]).toEqual([operator.id, true]);
      expect([key_hash, expires_at]).not.toContain(null);
      expect(Object.values(rest).every((value) => value === null)).toBe(true);
    });
  });

it("erased twice at once, one erases and the other finds nothing", async () => {
  for (let round = 0; round < 10; round += 1) {
    const body = { ...subject, externalId: `twice${round}` };
    await api.call("POST", "/operator-data-api/entities", { key: operator.key, body });
    const path = `/operator-data-api/entities/twice${round}`;
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => api.call("DELETE", path, { key: operator.key })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
  }
});

it("an upsert that races an erasure either goes with it or starts afresh", async () => {
  for (let round = 0; round < 10; round += 1) {
    const externalId = `race${round}`;
    const write = (headers = {}) =>
      api.call("POST", "/operator-data-api/entities", {
        key: operator.key,
        body: { ...subject, externalId },
        headers,
      });
    const first = (await write()).body.data.id;
    const headers = { "idempotency-key": externalId };
    const path = `/operator-data-api/entities/${externalId}`;
    const [erased, written] = await Promise.all([
      api.call("DELETE", path, { key: operator.key }),
      write(headers),
    ]);
    expect([erased.status, written.status < 300]).toEqual([200, true]);
    const read = await api.call("GET", path, { key: operator.key });
    const again = await write(headers);
    if (written.body.data.id === first) {
      expectError(read, "ENTITY_NOT_FOUND");
      expectError(again, "ENTITY_ERASED");
    } else {
      expect(read.body.data.id).toBe(written.body.data.id);
      expect(again.text).toBe(written.text);
    }
  }
});
