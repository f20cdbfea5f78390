// How each code is provoked outside `/api-keys`: a request to send, once what it needs has been prepared. A scenario may name what
// pages show in place of its body, and `after`, which repairs what it broke.

const entities = "/operator-data-api/entities";
const templates = "/operator-data-api/templates";
const settings = "/operator-data-api/settings";
const externalId = "player_1";
const data = { email: "ada@example.com", country: "GB", currency: "GBP" };
const player = { entityType: "player", externalId, data };
const post = (key, body = player, headers = undefined) => ({
  ...{ operation: "upsertEntity", method: "POST", path: entities, key, body, headers },
});
const get = (operation, key, path) => ({ operation, method: "GET", path, key });
const absent = "0123456789abcdef";

/** An operator, a player of its and what more the steps need. */
async function withPlayer(stage) {
  const operator = await stage.newOperator();
  await stage.ask("POST", entities, operator.key, player);
  return operator;
}

export const provoke = {
  INVALID_JSON: async (stage) => post((await stage.newOperator()).key, '{"entityType": "player",'),
  MISSING_FIELDS: async (stage) => post((await stage.newOperator()).key, { entityType: "player", data }),
  VALIDATION_FAILED: async (stage) =>
    post((await stage.newOperator()).key, { ...player, data: { country: "GB" } }),
  TEMPLATE_NOT_CONFIGURED: async (stage) => post((await stage.newOperator({ template: false })).key),
  INVALID_STATE_KEY: async (stage) => ({
    operation: "setState",
    method: "PUT",
    path: `${entities}/${externalId}/state/shoe_size`,
    key: (await withPlayer(stage)).key,
    body: { value: 43 },
  }),
  BATCH_TOO_LARGE: async (stage) => ({
    operation: "batchEntities",
    method: "POST",
    path: "/operator-data-api/batch/entities",
    key: (await stage.newOperator()).key,
    body: Array.from({ length: 1_001 }, () => player),
    shown: "[ 1,001 entities ]",
  }),
  KEY_STILL_ACTIVE: async (stage) => {
    const { id, keyId } = await stage.newOperator();
    return {
      operation: "revokeOperatorApiKey",
      method: "DELETE",
      path: `/platform-api/operators/${id}/api-keys/${keyId}?hard=true`,
      key: stage.platformKey,
    };
  },
  AUTH_MISSING: async () => post(undefined),
  AUTH_INVALID: async () => post(unknownKey),
  AUTH_REVOKED: async (stage) => post(await revokedKey(stage)),
  AUTH_EXPIRED: async (stage) => post(await expiredKey(stage)),
  AUTH_SUSPENDED: async (stage) => post(await keyOfSuspended(stage)),
  FORBIDDEN: async (stage) =>
    get("listOperators", (await stage.newOperator()).key, "/platform-api/operators"),
  NOT_FOUND: async (stage) => get(undefined, (await stage.newOperator()).key, "/operator-data-api/players"),
  OPERATOR_NOT_FOUND: async ({ platformKey }) =>
    get("getOperator", platformKey, `/platform-api/operators/op_${absent}`),
  KEY_NOT_FOUND: async (stage) => ({
    operation: "revokeOperatorApiKey",
    method: "DELETE",
    path: `/platform-api/operators/${(await stage.newOperator()).id}/api-keys/${unknownKeyId}`,
    key: stage.platformKey,
  }),
  TEMPLATE_NOT_FOUND: async (stage) =>
    get("getTemplate", (await stage.newOperator()).key, `${templates}/tpl_${absent}`),
  ENTITY_NOT_FOUND: async (stage) =>
    get("getEntity", (await stage.newOperator()).key, `${entities}/${externalId}`),
  EVENT_NOT_FOUND: async (stage) =>
    get("getEvent", (await withPlayer(stage)).key, `${entities}/${externalId}/events/eev_${absent}`),
  STATE_NOT_FOUND: async (stage) =>
    get("getState", (await withPlayer(stage)).key, `${entities}/${externalId}/state/balance`),
  JOB_NOT_FOUND: async (stage) =>
    get("getBatchJob", (await stage.newOperator()).key, `/operator-data-api/batch/jobs/job_${absent}`),
  ERASURE_NOT_FOUND: async (stage) =>
    get("getErasure", (await stage.newOperator()).key, `/operator-data-api/erasures/ers_${absent}`),
  METHOD_NOT_ALLOWED: async (stage) => ({
    ...post((await stage.newOperator()).key),
    operation: undefined,
    method: "PUT",
  }),
  TEMPLATE_IN_USE: async (stage) => {
    const { key } = await stage.newOperator();
    const schema = { entity_types: {}, event_types: {}, state_keys: [], pii_fields: {} };
    const { id } = await stage.ask("POST", templates, key, { name: "Own", schema });
    await stage.ask("PUT", settings, key, { templateId: id });
    const path = `${templates}/${id}`;
    return { operation: "deleteTemplate", method: "DELETE", path, key, ids: { [id]: `tpl_${absent}` } };
  },
  IDEMPOTENCY_IN_PROGRESS: async (stage) => {
    const { id, key } = await stage.newOperator();
    const headers = { "Idempotency-Key": "create-player_1" };
    await stage.ask("POST", entities, key, player, headers);
    // As the first request does while it runs.
    const { rows } = await stage.query("select key_hash from idempotency_keys where operator_id = $1", [id]);
    const after = await stage.hold("select key_held($1)", [rows[0].key_hash]);
    return { ...post(key, player, headers), after };
  },
  ENTITY_ERASED: async (stage) => {
    const { key } = await stage.newOperator();
    const headers = { "Idempotency-Key": "create-player_1" };
    await stage.ask("POST", entities, key, player, headers);
    await stage.ask("DELETE", `${entities}/${externalId}`, key);
    return post(key, player, headers);
  },
  PAYLOAD_TOO_LARGE: async (stage) => {
    const body = { ...player, data: { ...data, notes: "x".repeat(1_048_576) } };
    const shown = '{"entityType":"player", more than 1 MiB }';
    return { ...post((await stage.newOperator()).key, body), shown };
  },
  UNSUPPORTED_MEDIA_TYPE: async (stage) =>
    post((await stage.newOperator()).key, player, { "Content-Type": "text/plain" }),
  IDEMPOTENCY_KEY_REUSED: async (stage) => {
    const { key } = await stage.newOperator();
    const headers = { "Idempotency-Key": "create-player_1" };
    await stage.ask("POST", entities, key, { ...player, externalId: "player_2" }, headers);
    return post(key, player, headers);
  },
  RATE_LIMITED: async (stage) => {
    const { key } = await stage.newOperator({ rateLimits: { realtime: 1 } });
    await stage.ask("POST", entities, key, player);
    return post(key);
  },
  /** A table that is gone: what any fault of ours looks like from outside. */
  INTERNAL_ERROR: async (stage) => {
    const { key } = await stage.newOperator();
    await stage.query("alter table erasures rename to erasures_away");
    const after = () => stage.query("alter table erasures_away rename to erasures");
    return { ...get("getErasure", key, `/operator-data-api/erasures/ers_${absent}`), after };
  },
  /** Nothing can be asked after it, so it is the last. */
  SERVICE_UNAVAILABLE: async (stage) => {
    await stage.stopDatabase();
    // A key that the server does not remember, so that it depends on no clock whether the call is counted.
    return post(unknownKey);
  },
};

const longHeaders = { "X-Long": "x".repeat(20_000) };
const shownHeaders = { "X-Long": "more than 16 KiB" };

/** Further responses, where a code has more than one status. */
export const provokeMore = {
  PAYLOAD_TOO_LARGE: async () => ({
    ...get("listEntities", unknownKey, entities),
    ...{ headers: longHeaders, shownHeaders },
  }),
};

export const unknownKey = `oh_live_${"0".repeat(64)}`;
export const unknownKeyId = "00000000-0000-4000-8000-000000000000";

export async function revokedKey(stage) {
  const operator = await stage.newOperator();
  const { key, id } = await stage.ask("POST", "/api-keys", operator.key, { operatorId: operator.id });
  await stage.send({ method: "DELETE", path: `/api-keys?id=${id}`, key: operator.key });
  return key;
}

export async function expiredKey(stage) {
  const operator = await stage.newOperator();
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const { key, id } = await stage.ask("POST", "/api-keys", operator.key, {
    operatorId: operator.id,
    expiresAt,
  });
  // A minute passes.
  await stage.query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [id]);
  return key;
}

export async function keyOfSuspended(stage) {
  const { id, key } = await stage.newOperator();
  await stage.ask("DELETE", `/platform-api/operators/${id}`, stage.platformKey);
  return key;
}
