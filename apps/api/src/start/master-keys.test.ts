import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keptMasterKeys } from "./master-keys.js";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "onehazel-keys-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const derived = (keyring: Awaited<ReturnType<typeof keptMasterKeys>>) =>
  keyring.current.derive(Buffer.alloc(0), Buffer.alloc(0)).toString("hex");

it("a master key is made once, for its owner's eyes only, and found again", async () => {
  const first = await keptMasterKeys(join(dataDir, "deep"));
  expect(derived(await keptMasterKeys(join(dataDir, "deep")))).toBe(derived(first));
  expect(readdirSync(join(dataDir, "deep"))).toEqual(["master-keys"]);
  expect(statSync(join(dataDir, "deep", "master-keys")).mode & 0o777).toBe(0o600);
});

it("many first starts at once agree on one", async () => {
  const keyrings = await Promise.all(Array.from({ length: 10 }, () => keptMasterKeys(dataDir)));
  expect(new Set(keyrings.map(derived)).size).toBe(1);
});

it("none is made up beside a database that was sealed under a lost one", async () => {
  mkdirSync(join(dataDir, "postgres"));
  await expect(keptMasterKeys(dataDir)).rejects.toThrow("Put it back");
});

it("a damaged file is named, and not repeated", async () => {
  writeFileSync(join(dataDir, "master-keys"), `dev1:${"ab".repeat(31)}`);
  await expect(keptMasterKeys(dataDir)).rejects.toThrow(/master-keys: master key entry 1: (?!.*abab)/);
});
