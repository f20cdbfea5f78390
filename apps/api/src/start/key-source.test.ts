import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig, readWorkerConfig } from "../config.js";
import { readMasterKeys } from "./key-source.js";

const keys = `k1:${"ab".repeat(32)},k0:${"cd".repeat(32)}`;
const [PLAIN, FILE, COMMAND] = [
  "ONEHAZEL_MASTER_KEYS",
  "ONEHAZEL_MASTER_KEYS_FILE",
  "ONEHAZEL_MASTER_KEYS_COMMAND",
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onehazel-source-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(text: string, mode = 0o600): string {
  const path = join(folder, "keys");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}
/** A program that is a line of JavaScript. */
const script = (source: string) => JSON.stringify([process.execPath, "-e", source]);
const faultsOf = (env: Record<string, string>) => readMasterKeys(env).faults.join("\n");

describe("master keys come from", () => {
  it.each([
    ["the variable", () => ({ [PLAIN]: keys })],
    ["a file that nobody else may use", () => ({ [FILE]: fileOf(`${keys}\n`) })],
    ["a file that its owner may only read", () => ({ [FILE]: fileOf(keys, 0o400) })],
    ["what a command prints", () => ({ [COMMAND]: `cat ${fileOf(keys)}` })],
    [
      "what a command with awkward words prints",
      () => ({ [COMMAND]: script(`console.log(${JSON.stringify(keys)})`) }),
    ],
  ] as [string, () => Record<string, string>][])("%s", (_, env) => {
    expect(readMasterKeys(env())).toMatchObject({ keyring: { ids: ["k1", "k0"] }, faults: [] });
  });

  it("the same place for the server and the worker", () => {
    const env = {
      [FILE]: fileOf(keys),
      DATABASE_URL: "postgres://h/db",
      DATABASE_WORKER_URL: "postgres://h/db",
    };
    expect(readConfig(env).keyring?.ids).toEqual(["k1", "k0"]);
    expect(readWorkerConfig(env).keyring.ids).toEqual(["k1", "k0"]);
    const wrong = { ...env, [FILE]: fileOf(keys, 0o644) };
    for (const read of [readConfig, readWorkerConfig]) expect(() => read(wrong)).toThrow(`${FILE}: others`);
  });

  it("exactly one of them", () => {
    const both = faultsOf({ [PLAIN]: keys, [FILE]: fileOf(keys) });
    expect(both).toMatch(new RegExp(`^${PLAIN}: only one.*\n${FILE}: only one`));
    expect(readMasterKeys({ [PLAIN]: keys, [FILE]: "", [COMMAND]: "" }).faults).toEqual([]);
    expect(readMasterKeys({})).toEqual({ keyring: undefined, faults: [] });
  });
});

describe("a source that is not right is named by its variable, and nothing of it is told:", () => {
  it.each([0o640, 0o604, 0o620, 0o644])("a file of mode %o", (mode) => {
    expect(faultsOf({ [FILE]: fileOf(keys, mode) })).toContain(`${FILE}: others than its owner`);
  });

  it("no file, a folder, a large one, one that holds no keys", () => {
    const path = join(folder, "hunter2");
    expect(faultsOf({ [FILE]: path })).toBe(`${FILE}: the file can't be opened (ENOENT)`);
    mkdirSync(path);
    expect(faultsOf({ [FILE]: path })).toBe(`${FILE}: is no file`);
    expect(faultsOf({ [FILE]: fileOf("x".repeat(70_000)) })).toContain("larger than 65536 bytes");
    const faults = faultsOf({ [FILE]: fileOf("hunter2") });
    expect(faults).toContain(`${FILE}: master key entry 1`);
    expect(faults).not.toContain("hunter2");
  });

  it.each([
    ["no such program", "/nowhere/hunter2 x", "can't be run (ENOENT)"],
    [
      "another exit code, with a secret on standard error",
      script("console.error('hunter2'); process.exit(3)"),
      "ended with 3",
    ],
    ["a signal", script("process.kill(process.pid, 'SIGTERM')"), "ended with SIGTERM"],
    ["too much", script("console.log('hunter2'.repeat(20_000))"), "more than 65536 bytes"],
    ["nothing", script(""), "no master key is given"],
    ["no keys", script("console.log('hunter2')"), "master key entry 1"],
    ["words that are no JSON", '["hunter2', "must be a program and its arguments"],
    ["no words", "[]", "must be a program and its arguments"],
    ["what a shell would do", `cat ${"/nowhere/hunter2"} || echo ${keys}`, "ended with 1"],
  ])("a command that gives %s", (_, value, fault) => {
    const faults = faultsOf({ [COMMAND]: value });
    expect(faults).toContain(`${COMMAND}: `);
    expect(faults).toContain(fault);
    expect(faults).not.toMatch(/hunter2|abab/);
  });

  it("and the command is told nothing that leads to our data", () => {
    const told = script(
      `console.log([process.env.DATABASE_URL ?? process.env.REDIS_URL ?? process.env.VAULT, "${"ab".repeat(32)}"].join(":"))`,
    );
    const env = { [COMMAND]: told, DATABASE_URL: "postgres://h/db", REDIS_URL: "redis://h", VAULT: "v" };
    expect(readMasterKeys(env).keyring?.ids).toEqual(["v"]);
  });
});
