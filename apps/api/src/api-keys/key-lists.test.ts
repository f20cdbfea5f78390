import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

interface Key {
  readonly id: string;
  readonly revoked: boolean;
  readonly createdAt: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  const { id } = api.ours.operator;
  // Older than all others, and still active.
  await api.createKey(api.ours, id, { label: "oldest" });
  await api.sql(
    `update api_keys
     set created_at = now() - interval '10 years'
     where operator_id = $1`,
    [id],
  );
  await api.sql(
    `insert into api_keys (operator_id, id, key_hash, created_by, created_at, revoked_at, expires_at)
     select $1, gen_random_uuid(), sha256(n::text::bytea), 'operator', now() - n * interval '1 minute',
       case when n % 2 = 0 then now() end,
       case when n % 2 = 1 then now() - interval '1 second' end
     from generate_series(1, 100000) n`,
    [id],
  );
});
afterAll(() => api.stop());

it.each(["/api-keys", "/platform-api/operators/:id/api-keys"])(
  "GET %s shows every active key and the newest others, 1,000 together, newest first",
  async (path) => {
    const key = path === "/api-keys" ? api.ours.operator.key : api.ours.key;
    const { status, text, body } = await api.call("GET", path.replace(":id", api.ours.operator.id), { key });
    expect(status).toBe(200);
    expect(text.length).toBeLessThan(500_000);
    const keys: readonly Key[] = body.data;
    expect(keys).toHaveLength(1_000);
    const active = await api.sql<{ id: string }>(
      "select id from api_keys where operator_id = $1 and revoked_at is null and expires_at is null",
      [api.ours.operator.id],
    );
    expect(
      keys
        .slice(-2)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(active.map(({ id }) => id).sort());
    const newest = await api.sql<{ id: string }>(
      "select id from api_keys where operator_id = $1 order by created_at desc, id desc limit 998",
      [api.ours.operator.id],
    );
    expect(keys.slice(0, -2).map(({ id }) => id)).toEqual(newest.map(({ id }) => id));
  },
);
