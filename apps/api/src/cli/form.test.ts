import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runAdmin } from "./run.js";

const written = { stdout: "", stderr: "" };
beforeEach(() => {
  for (const name of ["stdout", "stderr"] as const) {
    written[name] = "";
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += text;
      return true;
    });
  }
});
afterEach(() => vi.restoreAllMocks());

describe("misuse", () => {
  it.each([
    [[], "platform:create"],
    [["platform:creat"], "Did you mean platform:create?"],
    [["platform:create"], "Usage: pnpm admin platform:create --name <name>"],
    [["platform:create", "--name", " "], "1 to 200 characters"],
    [["platform:create", "--name", "x".repeat(201)], "1 to 200 characters"],
    [["platform:create", "--name", "x", "--management-limit", "0"], "from 1 to 1000000"],
    [["platform:create", "--name", "x", "--management-limit", "1000001"], "from 1 to 1000000"],
    [["platform:create", "--name", "x", "--management-limit", "1e3"], "from 1 to 1000000"],
    [["platform:create", "--name", "x", "extra"], "too many arguments"],
    [["platform:key:create", "--label", "x"], "--platform <platformId>"],
    [["platform:key:revoke", "--platform", "x"], "--key <keyId>"],
    [["operator:suspend"], "Usage: pnpm admin operator:suspend <operatorId>"],
    [["operator:destroy", "op_0123456789abcdef"], "required option '--yes'"],
    [["operator:destroy", "--yes"], "Usage: pnpm admin operator:destroy <operatorId> --yes"],
    [["operator:destroy", "x", "--yes", "--suspended-for-days", "-1"], "from 0 to 3650"],
    [["pii:retire"], "Usage: pnpm admin pii:retire <masterKeyId>"],
    [["key:revoke"], "Usage: pnpm admin key:revoke <key>"],
    [["key:revoke", "nonsense"], "that is no key"],
    [["jobs:retry"], "either ids of jobs or --all"],
    [["jobs:retry", "1", "--all"], "either ids of jobs or --all"],
    [["jobs:retry"], "Usage: pnpm admin jobs:retry [jobIds...] [--all] [--json]"],
    [["jobs:list", "1"], "too many arguments"],
    [["user:link", "--user", "ada@example.com", "--actor", "op_0123456789abcdef"], "It takes a UUID"],
    [["user:link", "--user", "6f1c2d3e-0000-4000-8000-123456789abc"], "--actor <actorId>"],
    [
      ["user:link", "--user", "6f1c2d3e-0000-4000-8000-123456789abc", "--actor", "x", "--role", "admin"],
      "Allowed choices are owner, member",
    ],
    [["migrate", "--yes"], "unknown option '--yes'"],
  ])("%j ends with 2 and shows the right form", async (args, shown) => {
    expect(await runAdmin(args)).toBe(2);
    expect(written.stderr).toContain(shown);
    expect(written.stderr).toContain("Usage: pnpm admin");
    expect(written.stdout).toBe("");
  });
});

describe("help", () => {
  it("names every command and the exit codes; each command's own has an example of it", async () => {
    expect(await runAdmin(["--help"])).toBe(0);
    expect(written.stdout).toContain("Exit codes:");
    const commands = [...written.stdout.matchAll(/^ {2}([a-z]+(?::[a-z]+)*) {2,}\w/gm)].map(
      ([, name]) => name as string,
    );
    expect(commands).toHaveLength(18);
    for (const command of commands) {
      written.stdout = "";
      expect(await runAdmin([command, "--help"])).toBe(0);
      expect(written.stdout).toMatch(new RegExp(`Examples?:\\n.*pnpm admin ${command}`));
    }
    expect(written.stderr).toBe("");
  });
});
