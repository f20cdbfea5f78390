import document from "@onehazel/spec/openapi.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OneHazel, OneHazelPlatform, OperationId } from "./index.js";
import { operatorClient, operatorKey, platformClient, platformKey, player } from "./testing/clients.js";
import { type FaultServer, json, type Seen, startFaultServer } from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
  server.script(json(200, { success: true, data: [], nextCursor: null, message: "Done" }));
});
afterAll(() => server.close());

type Call = (client: OneHazel, platform: OneHazelPlatform) => PromiseLike<unknown>;

const schema = { entity_types: {}, event_types: {}, state_keys: [], pii_fields: {} };
const template = { name: "Casino", schema };

// An operation of the specification that no method reaches is missing here, and then this does not compile.
const methods: Readonly<Record<OperationId, Call>> = {
  upsertEntity: ({ entities }) => entities.upsert(player),
  listEntities: ({ entities }) => entities.list().toArray({ limit: 1 }),
  getEntity: ({ entities }) => entities.get("a/b"),
  eraseEntity: ({ entities }) => entities.delete("a/b"),
  exportEntity: ({ entities }) =>
    entities
      .export("a/b")
      [Symbol.asyncIterator]()
      .next()
      .catch(() => undefined),
  recordEvent: ({ events }) => events.record("a/b", { eventType: "session", data: {} }),
  listEvents: ({ events }) => events.list("a/b").toArray({ limit: 1 }),
  getEvent: ({ events }) => events.get("a/b", "eev_1"),
  setState: ({ states }) => states.set("a/b", "balance", 1),
  listStates: ({ states }) => states.list("a/b"),
  getState: ({ states }) => states.get("a/b", "balance"),
  batchEntities: ({ batch }) => batch.entities([player]),
  batchEvents: ({ batch }) => batch.events([{ externalId: "p", eventType: "session", data: {} }]),
  batchStates: ({ batch }) => batch.states([{ externalId: "p", stateKey: "balance", value: 1 }]),
  listBatchJobs: ({ batch }) => batch.jobs.list().toArray({ limit: 1 }),
  getBatchJob: ({ batch }) => batch.jobs.get("job_1"),
  deleteBatchJob: ({ batch }) => batch.jobs.delete("job_1"),
  listOperatorAudit: ({ auditLog }) => auditLog.list().toArray({ limit: 1 }),
  listPlatformAudit: (_, { auditLog }) => auditLog.list().toArray({ limit: 1 }),
  getErasure: ({ erasures }) => erasures.get("ers_1"),
  listTemplates: ({ templates }) => templates.list(),
  createTemplate: ({ templates }) => templates.create(template),
  getTemplate: ({ templates }) => templates.get("tpl_1"),
  updateTemplate: ({ templates }) => templates.update("tpl_1", template),
  deleteTemplate: ({ templates }) => templates.delete("tpl_1"),
  listRetentionRuns: ({ settings }) => settings.retentionRuns().toArray({ limit: 1 }),
  getSettings: ({ settings }) => settings.get(),
  updateSettings: ({ settings }) => settings.update({ templateId: "tpl_igaming" }),
  listApiKeys: ({ apiKeys }) => apiKeys.list(),
  createApiKey: ({ apiKeys }) => apiKeys.create({ operatorId: "op_1" }),
  renameApiKey: ({ apiKeys }) => apiKeys.rename("k", "label"),
  deleteApiKey: ({ apiKeys }) => apiKeys.revoke("k"),
  createOperator: (_, { operators }) => operators.create({ name: "Lucky Spin" }),
  listOperators: (_, { operators }) => operators.list().toArray({ limit: 1 }),
  getOperator: (_, { operators }) => operators.get("op_1"),
  updateOperator: (_, { operators }) => operators.reactivate("op_1"),
  suspendOperator: (_, { operators }) => operators.suspend("op_1"),
  createOperatorApiKey: (_, { operators }) => operators.apiKeys.create("op_1"),
  listOperatorApiKeys: (_, { operators }) => operators.apiKeys.list("op_1"),
  revokeOperatorApiKey: (_, { operators }) => operators.apiKeys.revoke("op_1", "k"),
};

const operations = Object.entries<object>(document.paths).flatMap(([path, item]) =>
  Object.entries<{ operationId?: string; "x-idempotent"?: boolean }>(item as never).flatMap(
    ([method, { operationId, "x-idempotent": idempotent = false }]) =>
      operationId === undefined
        ? []
        : [{ id: operationId as OperationId, method: method.toUpperCase(), path, idempotent }],
  ),
);

describe("every operation of the specification is reached by a method", () => {
  it.each(operations)(
    "$id: by its method, path and credential",
    async ({ id, method: expected, path, idempotent }) => {
      const before = server.seen.length;
      await methods[id](operatorClient(server.url), platformClient(server.url));
      const [request] = server.seen.slice(before) as [Seen];
      expect(request.method).toBe(expected);
      const pattern = path.replaceAll(/\{[^}]+\}/g, "[^/]+");
      expect(request.url.split("?")[0]).toMatch(new RegExp(`^${pattern}$`));
      expect(request.headers["idempotency-key"] !== undefined).toBe(idempotent);
      const key = path.startsWith("/platform-api/") ? platformKey : operatorKey;
      expect(request.headers.authorization).toBe(`Bearer ${key}`);
      expect(request.headers["content-type"]).toBe(request.body === "" ? undefined : "application/json");
    },
  );

  it("a hard delete says so", async () => {
    const before = server.seen.length;
    await operatorClient(server.url).apiKeys.delete("k");
    expect(server.seen[before]?.url).toBe("/api-keys?id=k&hard=true");
  });
});
