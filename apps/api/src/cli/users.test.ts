import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";
import { startProgram, urlOf } from "../testing/program.js";
import { mintToken } from "../testing/sessions.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

async function admin(...args: string[]) {
  const program = startProgram("admin", { env: { DATABASE_OWNER_URL: urlOf(api.database.owner) }, args });
  const code = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

async function adminJson(...args: string[]) {
  const { code, stdout } = await admin(...args, "--json");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^[^\n]+\n$/)]);
  return JSON.parse(stdout);
}

const link = (userId: string, actorId: string) => ["user:link", "--user", userId, "--actor", actorId];
const statusOf = async (userId: string, method: string, path: string) => {
  const key = await mintToken(api.sessions.secret, userId);
  return (await api.call(method, path, { key })).status;
};
const operatorCall = ["GET", "/api-keys"] as const;
const write = ["DELETE", "/operator-data-api/entities/nobody"] as const;

describe("a person", () => {
  it("is linked, made a member and unlinked, each for the very next request, and the logs say so", async () => {
    const userId = randomUUID();
    const { id: operatorId } = await api.createOperator(api.ours);
    expect(await statusOf(userId, ...operatorCall)).toBe(403);

    const linked = { userId, actorId: operatorId };
    expect(await adminJson(...link(userId.toUpperCase(), operatorId))).toEqual({ ...linked, role: "owner" });
    expect([await statusOf(userId, ...operatorCall), await statusOf(userId, ...write)]).toEqual([200, 404]);
    const member = [...link(userId, operatorId), "--role", "member"];
    expect(await adminJson(...member)).toEqual({ ...linked, role: "member" });
    expect([await statusOf(userId, ...operatorCall), await statusOf(userId, ...write)]).toEqual([200, 403]);

    expect(await adminJson("user:list")).toContainEqual({
      ...linked,
      role: "member",
      createdAt: expect.stringMatching(/Z$/),
    });
    expect((await admin("user:list")).stdout).toMatch(
      new RegExp(`${userId}  \\S+Z  member  ${operatorId}\n`),
    );

    expect(await adminJson("user:unlink", "--user", userId)).toEqual({ ...linked, unlinked: true });
    expect(await statusOf(userId, ...operatorCall)).toBe(403);
    expect(await admin("user:unlink", "--user", userId)).toMatchObject({
      code: 1,
      stderr: `The user ${userId} is linked to nothing.\n`,
    });

    const acts = await api.sql<{ action: string; operator_id: string | undefined }>(
      `select action from audit_log
       where operator_id = $1 and actor_type = 'commandLine' and target_type = 'user' and target_id = $2
       order by at`,
      [operatorId, userId],
    );
    expect(acts.map(({ action }) => action)).toEqual(["user.link", "user.link", "user.unlink"]);
  });

  it("may act for a platform", async () => {
    const userId = randomUUID();
    const { stdout } = await admin(...link(userId, api.theirs.id));
    expect(stdout).toBe(`The user ${userId} is owner at ${api.theirs.id}.\n`);
    expect(await statusOf(userId, "GET", "/platform-api/operators")).toBe(200);
    const [act] = await api.sql("select action, actor_type from platform_audit_log where target_id = $1", [
      userId,
    ]);
    expect(act).toEqual({ action: "user.link", actor_type: "commandLine" });
  });

  it("is linked to one alone, a platform and its own operator being two", async () => {
    const { id: userId } = await api.createUser(api.ours.id, "member");
    for (const actorId of [api.ours.operator.id, api.theirs.operator.id, api.theirs.id]) {
      const { code, stderr } = await admin(...link(userId, actorId));
      expect([code, stderr]).toEqual([1, expect.stringContaining("user:unlink comes first")]);
    }
    expect(await statusOf(userId, "GET", "/platform-api/operators")).toBe(200);
    expect(await statusOf(userId, ...operatorCall)).toBe(403);
  });

  it("is linked to nothing that is not there", async () => {
    const userId = randomUUID();
    for (const actorId of ["op_0123456789abcdef", "plat_0123456789abcdef", "nonsense", "' or 1=1"]) {
      const { code, stderr } = await admin(...link(userId, actorId));
      expect([code, stderr]).toEqual([
        1,
        `There is no operator and no platform ${JSON.stringify(actorId)}.\n`,
      ]);
    }
  });

  it("that two link at once is linked by one of them", async () => {
    const userId = randomUUID();
    const actors = [api.ours.operator.id, api.theirs.operator.id];
    const codes = await Promise.all(
      actors.map(async (actorId) => (await admin(...link(userId, actorId))).code),
    );
    expect(codes.sort()).toEqual([0, 1]);
  });
});
