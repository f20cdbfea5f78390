import { chmodSync, cpSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { binariesIn, bundledBinaries } from "./binaries.js";
import { explainFailure } from "./failure.js";
import { reachableBinaries } from "./programs.js";
import { run } from "./run.js";

const isRoot = process.getuid?.() === 0;
const account = isRoot ? { uid: 65_534, gid: 65_534 } : undefined;

it("finds the bundled binaries, complete with their libraries", async () => {
  expect((await bundledBinaries()).majorVersion).toBe(18);
});

it("puts binaries that the server's user can't reach where it can, once, and only root may change them", async () => {
  const hidden = mkdtempSync(join(tmpdir(), "onehazel-hidden-"));
  const original = await bundledBinaries();
  cpSync(original.root, join(hidden, "native"), { recursive: true, verbatimSymlinks: true });
  chmodSync(join(hidden, "native", "share"), 0o700);
  const unreachable = await binariesIn(join(hidden, "native"));
  const reached = reachableBinaries(unreachable, account);
  try {
    expect(reached.root === unreachable.root).toBe(!isRoot);
    expect(reachableBinaries(unreachable, account)).toEqual(reached);
    if (isRoot) expect(lstatSync(join(reached.root, "share")).mode & 0o777).toBe(0o755);
    expect(lstatSync(reached.root).uid).toBe(process.getuid?.());
  } finally {
    rmSync(hidden, { recursive: true });
    if (isRoot) rmSync(reached.root, { recursive: true });
  }
});

it("tells no program of ours what stands in our environment", async () => {
  process.env.ONEHAZEL_TEST_SECRET = "marker";
  expect(await run("Looking", "env", [])).not.toContain("marker");
  delete process.env.ONEHAZEL_TEST_SECRET;
});

it.each([
  ["FATAL: could not write lock file: No space left on device", "the disk is full"],
  ["postgres: /lib/libc.so.6: version `GLIBC_2.99' not found", "newer glibc"],
  ["initdb: error: could not change permissions: Operation not permitted", "can't be used by this user"],
  ["FATAL: could not resize shared memory segment", "/dev/shm"],
])("explains %s", (output, reason) => {
  const { message } = explainFailure("Starting PostgreSQL", output);
  expect(message).toContain(reason);
  expect(message).toContain(output);
});

it("explains a program whose loader is missing", () => {
  const cause = Object.assign(new Error("spawn postgres ENOENT"), { code: "ENOENT" });
  expect(explainFailure("Starting PostgreSQL", "", cause).message).toContain("glibc");
});
