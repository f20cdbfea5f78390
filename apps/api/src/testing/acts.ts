import type { OperationId } from "@onehazel/spec";
import { made, type TestApi, type TestOperator } from "./harness.js";

/** An entity, as every template of the tests takes it. */
export const player = {
  entityType: "player",
  externalId: "p1",
  data: { email: "a@b.c", country: "GB", currency: "GBP" },
};
const template = {
  name: "Casino",
  schema: { entity_types: {}, event_types: {}, state_keys: [], pii_fields: {} },
};

/** One act, ready to be done. */
export interface Did {
  readonly request: readonly [method: string, path: string, body?: object];
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string | undefined };
}

/** By operation, what has to be there before, and the request. */
export type Acts = Readonly<
  Partial<Record<OperationId, (api: TestApi, operator: TestOperator) => Promise<Did>>>
>;

const keyOf = async (api: TestApi, operator: TestOperator) =>
  made<{ id: string }>(
    await api.call("POST", "/api-keys", { key: operator.key, body: { operatorId: operator.id } }),
  ).id;
/** A key of this operator that is revoked already. */
export const revokedKeyOf = async (api: TestApi, operator: TestOperator) => {
  const id = await keyOf(api, operator);
  await api.call("DELETE", `/api-keys?id=${id}`, { key: operator.key });
  return id;
};
const templateOf = async (api: TestApi, { key }: TestOperator) =>
  made<{ id: string }>(await api.call("POST", "/operator-data-api/templates", { key, body: template })).id;
const entityOf = async (api: TestApi, { key }: TestOperator) =>
  made<{ id: string }>(await api.call("POST", "/operator-data-api/entities", { key, body: player })).id;

/** What an operator does to itself. */
export const byOperator: Acts = {
  createApiKey: async (_, { id }) => ({
    request: ["POST", "/api-keys", { operatorId: id }],
    action: "key.create",
    target: { type: "key", id: undefined },
  }),
  renameApiKey: async (api, operator) => {
    const id = await keyOf(api, operator);
    const request = ["PATCH", "/api-keys", { id: id.toUpperCase(), label: "new" }] as const;
    return { request, action: "key.rename", target: { type: "key", id } };
  },
  deleteApiKey: async (api, operator) => {
    const id = await revokedKeyOf(api, operator);
    const request = ["DELETE", `/api-keys?id=${id}&hard=true`] as const;
    return { request, action: "key.delete", target: { type: "key", id } };
  },
  updateSettings: async (_, { id }) => ({
    request: ["PUT", "/operator-data-api/settings", { dataRetentionDays: 90 }],
    action: "settings.update",
    target: { type: "settings", id },
  }),
  createTemplate: async () => ({
    request: ["POST", "/operator-data-api/templates", template],
    action: "template.create",
    target: { type: "template", id: undefined },
  }),
  updateTemplate: async (api, operator) => {
    const id = await templateOf(api, operator);
    const request = ["PUT", `/operator-data-api/templates/${id}`, template] as const;
    return { request, action: "template.update", target: { type: "template", id } };
  },
  deleteTemplate: async (api, operator) => {
    const id = await templateOf(api, operator);
    const request = ["DELETE", `/operator-data-api/templates/${id}`] as const;
    return { request, action: "template.delete", target: { type: "template", id } };
  },
  eraseEntity: async (api, operator) => {
    const id = await entityOf(api, operator);
    const request = ["DELETE", "/operator-data-api/entities/p1"] as const;
    return { request, action: "entity.erase", target: { type: "entity", id } };
  },
  exportEntity: async (api, operator) => {
    const id = await entityOf(api, operator);
    const request = ["GET", "/operator-data-api/entities/p1/export"] as const;
    return { request, action: "entity.export", target: { type: "entity", id } };
  },
};

/** What a platform does to its operator. */
export const byPlatform: Acts = {
  createOperator: async () => ({
    request: ["POST", "/platform-api/operators", { name: "New" }],
    action: "operator.create",
    target: { type: "operator", id: undefined },
  }),
  updateOperator: async (_, { id }) => ({
    request: ["PUT", `/platform-api/operators/${id}`, { name: "Renamed" }],
    action: "operator.update",
    target: { type: "operator", id },
  }),
  suspendOperator: async (_, { id }) => ({
    request: ["DELETE", `/platform-api/operators/${id}`],
    action: "operator.suspend",
    target: { type: "operator", id },
  }),
  createOperatorApiKey: async (_, { id }) => ({
    request: ["POST", `/platform-api/operators/${id}/api-keys`, {}],
    action: "key.create",
    target: { type: "key", id: undefined },
  }),
  revokeOperatorApiKey: async (api, operator) => {
    const id = await keyOf(api, operator);
    const request = ["DELETE", `/platform-api/operators/${operator.id}/api-keys/${id}`] as const;
    return { request, action: "key.revoke", target: { type: "key", id } };
  },
};
