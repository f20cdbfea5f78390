import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAdminJsonOn, runAdminOn } from "../testing/admin.js";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { whileCommitsAreRefused } from "../testing/refused-commits.js";
import { adminProgram } from "./program.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** One act of the command line: how it is done, and where it is to be found afterwards. */
interface Done {
  readonly args: readonly string[];
  readonly action: string;
  /** Undefined: told by the command's answer. */
  readonly targetId: string | undefined;
  readonly operatorId?: string;
}

const label = ["--label", "further"];
const platform = () => ["--platform", api.ours.id];
const furtherKey = async () =>
  (await runAdminJsonOn<{ keyId: string }>(api, ["platform:key:create", ...platform(), ...label])).keyId;

const acts: Record<string, () => Promise<Done>> = {
  "platform:create": async () => ({
    args: ["platform:create", "--name", "New"],
    action: "platform.create",
    targetId: undefined,
  }),
  "platform:key:create": async () => ({
    args: ["platform:key:create", ...platform(), ...label],
    action: "key.create",
    targetId: undefined,
  }),
  "platform:key:revoke": async () => {
    const keyId = await furtherKey();
    const args = ["platform:key:revoke", ...platform(), "--key", keyId];
    return { args, action: "key.revoke", targetId: keyId };
  },
  "operator:suspend": async () => {
    const { id } = await api.createOperator(api.ours, { template: false });
    return { args: ["operator:suspend", id], action: "operator.suspend", targetId: id, operatorId: id };
  },
  "key:revoke": async () => {
    const { id: operatorId } = await api.createOperator(api.ours, { template: false });
    const { id } = await api.createKey(api.ours, operatorId);
    return { args: ["key:revoke", id.toUpperCase()], action: "key.revoke", targetId: id, operatorId };
  },
  "user:link": async () => {
    const { id: operatorId } = await api.createOperator(api.ours, { template: false });
    const userId = randomUUID();
    const args = ["user:link", "--user", userId, "--actor", operatorId];
    return { args, action: "user.link", targetId: userId, operatorId };
  },
  "user:unlink": async () => {
    const { id: operatorId } = await api.createOperator(api.ours, { template: false });
    const { id } = await api.createUser(operatorId);
    return { args: ["user:unlink", "--user", id], action: "user.unlink", targetId: id, operatorId };
  },
  "key:revoke of a platform's": async () => {
    const keyId = await furtherKey();
    return { args: ["key:revoke", keyId], action: "key.revoke", targetId: keyId };
  },
};

/** What the others do is no act of management: they read, or do what was asked for before. */
const silent = [
  ...["platform:list", "platform:key:list", "user:list", "jobs:list", "jobs:retry"],
  ...["migrate", "migrate:status"],
  // Keys of the whole server, which are no tenant's.
  ...["pii:status", "pii:rotate", "pii:retire"],
  // Told in the tests of destruction: the operator's own log goes with it.
  "operator:destroy",
];

/** Every act of the command line in every log, newest first. */
const written = () =>
  api.sql<{ tenant: string; action: string; actor_id: string | null; target_id: string }>(
    `select operator_id as tenant, action, actor_id, target_id, request_id, at
     from audit_log where actor_type = 'commandLine'
     union all
     select platform_id, action, actor_id, target_id, request_id, at
     from platform_audit_log where actor_type = 'commandLine'
     order by at desc`,
  );

describe("the command line", () => {
  it("has no command of which it is not said here whether it is an act", () => {
    const commands = adminProgram(() => undefined).commands.map((command) => command.name());
    const known = [...new Set(Object.keys(acts).map((name) => name.split(" ")[0])), ...silent];
    expect(known.sort()).toEqual(commands.sort());
  });

  it.each(Object.keys(acts))("%s leaves one row in the log of each whom it concerns", async (name) => {
    const done = await acts[name]?.();
    if (done === undefined) throw new Error("no such act");
    const before = (await written()).length;
    const answer = await runAdminJsonOn<{ keyId?: string; platformId?: string }>(api, done.args);
    const rows = (await written()).slice(0, -before || undefined);
    const targetId = done.targetId ?? answer.keyId ?? answer.platformId;
    const platformId = name === "platform:create" ? answer.platformId : api.ours.id;
    const row = { action: done.action, actor_id: null, target_id: targetId, request_id: null };
    const tenants = [platformId, ...(done.operatorId === undefined ? [] : [done.operatorId])];
    expect(rows).toHaveLength(tenants.length);
    for (const tenant of tenants) expect(rows).toContainEqual(expect.objectContaining({ tenant, ...row }));
  });

  it.each(Object.keys(acts))("%s leaves none when it fails, and is not done without one", async (name) => {
    const done = await acts[name]?.();
    if (done === undefined) throw new Error("no such act");
    const state = () =>
      api.sql(
        `select (select count(*) from platforms) as platforms,
           (select jsonb_agg(array[id, status] order by id) from operators) as operators,
           (select jsonb_agg(array[id::text, revoked_at::text] order by id) from api_keys) as keys,
           (select jsonb_agg(array[id::text, revoked_at::text] order by id) from platform_keys) as platform_keys,
           (select jsonb_agg(array[user_id::text, role] order by user_id) from user_profiles) as users,
           (select count(*) from audit_log) + (select count(*) from platform_audit_log) as acts`,
      );
    const before = await state();
    for (const tables of [
      ["audit_log", "platform_audit_log"],
      ["operators", "api_keys", "platforms", "platform_keys", "user_profiles"],
    ]) {
      const { code, stdout } = await whileCommitsAreRefused(api, tables, () => runAdminOn(api, done.args));
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(await state()).toEqual(before);
    }
  });

  it("is read by whom it concerns as what it was", async () => {
    const operator = await api.createOperator(api.ours, { template: false });
    const { id } = await api.createKey(api.ours, operator.id);
    await runAdminJsonOn(api, ["key:revoke", id]);
    const act = { action: "key.revoke", actor: { type: "commandLine", id: null }, requestId: null };
    for (const [path, key] of [
      ["/operator-data-api/audit-log", operator.key],
      ["/platform-api/audit-log", api.ours.key],
    ] as const) {
      const rows = made<object[]>(await api.call("GET", `${path}?targetId=${id}&action=key.revoke`, { key }));
      expect(rows).toEqual([expect.objectContaining({ ...act, target: { type: "key", id } })]);
    }
  });
});
