import { setTimeout as sleep } from "node:timers/promises";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../testing/call.js";
import { made, startApi, type TestApi } from "../testing/harness.js";
import { holdTransaction } from "../testing/held-transaction.js";
import { type Program, startProgram, urlOf } from "../testing/program.js";

const oldKey = generateMasterKey("old");
const newKey = generateMasterKey("new");
const rows = 1_300;

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys: oldKey });
});
afterAll(() => api.stop());

function admin(args: string[], keys: Record<string, string>): Program {
  return startProgram("admin", { env: { DATABASE_OWNER_URL: urlOf(api.database.owner), ...keys }, args });
}
async function run(args: string[], masterKeys = `${newKey},${oldKey}`) {
  const program = admin(args, { ONEHAZEL_MASTER_KEYS: masterKeys });
  return { code: await program.ended, stdout: program.stdout(), stderr: program.stderr() };
}
const walk = async () => (await api.sql("select * from reseal_requests"))[0];
const player = (n: number) => ({ email: `p${n}@example.com`, country: "GB", currency: "GBP" });

describe("a rotation at the command line", () => {
  it("is taken up where kill -9 left it, tells what is left, and in the end the old key can go", async () => {
    const { key } = api.ours.operator;
    for (const first of [0, 650]) {
      const body = Array.from({ length: 650 }, (_, n) => ({
        ...{ entityType: "player", externalId: `p${first + n}` },
        data: player(first + n),
      }));
      made(await api.call("POST", "/operator-data-api/batch/entities", { key, body }));
    }
    const keyed = { key, headers: { "idempotency-key": "once" }, body: { dataRetentionDays: 90 } };
    made(await api.call("PUT", "/operator-data-api/settings", keyed));
    const before = await run(["pii:status", "--json"]);
    expect(before.code).toBe(3);
    expect(JSON.parse(before.stdout)).toMatchObject({
      ...{ current: "new", sealed: false, done: false },
      keys: [
        { masterKeyId: "new", role: "current", entities: 0 },
        { masterKeyId: "old", role: "held", entities: rows, operators: 1, retirable: false },
      ],
    });

    const held = await holdTransaction(api);
    await held.run("select from entities order by id desc limit 1 for update");
    const killed = admin(["pii:rotate"], { ONEHAZEL_MASTER_KEYS: `${newKey},${oldKey}` });
    for (let waitedMs = 0; (await walk())?.rows_sealed !== "1000"; waitedMs += 20) {
      if (waitedMs > 120_000) throw new Error("the rotation did not get that far");
      await sleep(20);
    }
    killed.kill("SIGKILL");
    expect(await killed.ended).toBe("SIGKILL");
    await held.end("rollback");
    const halfway = JSON.parse((await run(["pii:status", "--json"])).stdout);
    expect(halfway.keys).toMatchObject([{ entities: 1_000 }, { entities: 300, retirable: false }]);

    const resumed = await run(["pii:rotate"]);
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining("300 of 300 rows sealed") });
    expect(resumed.stdout).toMatch(/^new +current +1 +1300 /m);
    // One walk in all: no row was looked at twice.
    expect(await walk()).toMatchObject({
      rows_seen: String(rows),
      rows_sealed: String(rows),
      master_key_id: "new",
    });
    const again = await run(["pii:rotate"]);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("0 of 0 rows sealed") });

    expect(await run(["pii:status"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("repeats of"),
    });
    expect((await run(["pii:retire", "old"])).code).toBe(1);
    await api.sql("update idempotency_keys set expires_at = now()");
    await api.sql("update platform_idempotency_keys set expires_at = now()");
    expect(await run(["pii:status"])).toMatchObject({
      code: 0,
      stderr: "old may be retired: pnpm admin pii:retire old\n",
    });
    expect(await run(["pii:retire", "old", "--json"])).toMatchObject({
      code: 0,
      stdout: '{"masterKeyId":"old","retired":true}\n',
    });
    const onlyNew = await api.startTwin({}, { masterKeys: newKey });
    for (let n = 0; n < rows; n += 50) {
      const read = await call(onlyNew.baseUrl, "GET", `/operator-data-api/entities/p${n}`, { key });
      expect(read.body.data.data).toEqual(player(n));
    }
    await onlyNew.stop();

    const stale = startProgram("main", {
      env: {
        PORT: "0",
        DATABASE_URL: urlOf(api.database.server),
        ONEHAZEL_MASTER_KEYS: `${oldKey},${newKey}`,
      },
    });
    expect(await stale.ended).toBe(1);
    expect(stale.stderr()).toContain('The master key "old" was retired');
    for (const { stdout, stderr } of [before, resumed, again]) {
      expect(stdout + stderr).not.toMatch(/example\.com|[0-9a-f]{64}/);
    }
  });

  it("a running server says which key it seals under", async () => {
    const server = startProgram("main", {
      env: {
        PORT: "0",
        DATABASE_URL: urlOf(api.database.server),
        ONEHAZEL_MASTER_KEYS: `${newKey},${oldKey}`,
      },
    });
    await server.said(/answers at/);
    const third = generateMasterKey("third");
    const { keys } = JSON.parse((await run(["pii:status", "--json"], `${third},${newKey}`)).stdout);
    const [found] = keys.filter(({ masterKeyId }: { masterKeyId: string }) => masterKeyId === "new");
    expect(found.sealingAt).not.toBeNull();
    expect(found.reasons.join()).toMatch(/sealed under it \d+ s ago/);
    server.kill("SIGTERM");
    await server.ended;
  });

  it("asks for master keys, from any of their sources, and names the wrong one", async () => {
    const command = {
      ONEHAZEL_MASTER_KEYS_COMMAND: JSON.stringify([process.execPath, "-p", JSON.stringify(newKey)]),
    };
    const program = admin(["pii:status", "--json"], command);
    expect(await program.ended).toBe(0);
    expect(JSON.parse(program.stdout())).toMatchObject({ current: "new" });
    const without = admin(["pii:status"], {});
    expect(await without.ended).toBe(1);
    expect(without.stderr()).toContain("The master keys are needed");
    const wrong = admin(["pii:rotate"], { ONEHAZEL_MASTER_KEYS_FILE: "/nowhere/hunter2" });
    expect(await wrong.ended).toBe(1);
    expect(wrong.stderr()).toContain("ONEHAZEL_MASTER_KEYS_FILE: the file can't be opened");
    expect(wrong.stderr()).not.toContain("hunter2");
    // Others don't ask, and don't run the command.
    const list = admin(["platform:list"], { ONEHAZEL_MASTER_KEYS_COMMAND: "false" });
    expect(await list.ended).toBe(0);
  });
});
