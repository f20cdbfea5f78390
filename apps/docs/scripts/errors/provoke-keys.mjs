// How each code is provoked under `/api-keys`, whose errors have a shape of their own. As in provoke.mjs.
import { expiredKey, keyOfSuspended, revokedKey, unknownKey, unknownKeyId } from "./provoke.mjs";

const path = "/api-keys";
const list = (key) => ({ operation: "listApiKeys", method: "GET", path, key });
const create = (key, body, headers) => ({
  operation: "createApiKey",
  method: "POST",
  path,
  key,
  body,
  headers,
});
const remove = (key, query) => ({
  operation: "deleteApiKey",
  method: "DELETE",
  path: `${path}?${query}`,
  key,
});

export const provokeKeys = {
  INVALID_JSON: async (stage) => create((await stage.newOperator()).key, '{"operatorId":'),
  MISSING_FIELDS: async (stage) => create((await stage.newOperator()).key, { label: "Production backend" }),
  VALIDATION_FAILED: async (stage) => {
    const { id, key } = await stage.newOperator();
    return create(key, { operatorId: id, access: "all" });
  },
  LAST_ACTIVE_KEY: async (stage) => {
    const { key, keyId } = await stage.newOperator();
    return remove(key, `id=${keyId}`);
  },
  KEY_STILL_ACTIVE: async (stage) => {
    const { key, keyId } = await stage.newOperator();
    return remove(key, `id=${keyId}&hard=true`);
  },
  AUTH_MISSING: async () => list(undefined),
  AUTH_INVALID: async () => list(unknownKey),
  AUTH_REVOKED: async (stage) => list(await revokedKey(stage)),
  AUTH_EXPIRED: async (stage) => list(await expiredKey(stage)),
  AUTH_SUSPENDED: async (stage) => list(await keyOfSuspended(stage)),
  FORBIDDEN: async (stage) => {
    const other = await stage.newOperator();
    return create((await stage.newOperator()).key, { operatorId: other.id });
  },
  KEY_NOT_FOUND: async (stage) => remove((await stage.newOperator()).key, `id=${unknownKeyId}`),
  METHOD_NOT_ALLOWED: async (stage) => ({
    ...list((await stage.newOperator()).key),
    operation: undefined,
    method: "PUT",
  }),
  PAYLOAD_TOO_LARGE: async (stage) => {
    const { id, key } = await stage.newOperator();
    const shown = '{"operatorId":"op_a1b2c3d4e5f67890", more than 1 MiB }';
    return { ...create(key, { operatorId: id, label: "x".repeat(1_048_576) }), shown };
  },
  UNSUPPORTED_MEDIA_TYPE: async (stage) => {
    const { id, key } = await stage.newOperator();
    return create(key, { operatorId: id }, { "Content-Type": "text/plain" });
  },
  RATE_LIMITED: async (stage) => {
    // One call chooses the template.
    const { key } = await stage.newOperator({ rateLimits: { management: 1 } });
    return list(key);
  },
  /** A column that is gone: what any fault of ours looks like from outside. */
  INTERNAL_ERROR: async (stage) => {
    const { key } = await stage.newOperator();
    await stage.query("alter table api_keys rename column created_at to created_at_away");
    const after = () => stage.query("alter table api_keys rename column created_at_away to created_at");
    return { ...list(key), after };
  },
  /** The database has been stopped by the scenario of other paths. */
  SERVICE_UNAVAILABLE: async () => list(unknownKey),
};
