import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startProgram } from "../testing/program.js";
import { dataDirFault, ensureDataDir } from "./data-dir.js";

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "onehazel-data-"));
  writeFileSync(join(parent, "file"), "");
  symlinkSync(join(parent, "loop"), join(parent, "loop"));
});
afterAll(() => rmSync(parent, { recursive: true }));

it("is made, however deep, by many at once, and nothing is left in it", async () => {
  const deep = join(parent, "a", "b", "c");
  await Promise.all(Array.from({ length: 20 }, () => ensureDataDir(deep)));
  expect(readdirSync(deep)).toEqual([]);
});

it.each([
  ["a file stands where a folder should", () => join(parent, "file")],
  ["a file stands where a folder should", () => join(parent, "file", "below")],
  ["leads? in a circle", () => join(parent, "loop", "below")],
  ["the path is too long", () => join(parent, "x".repeat(300))],
  ...(process.platform === "linux"
    ? ([
        ["no folder can be made there", () => "/proc/onehazel/data"],
        ["no folder can be made there", () => "/proc/self"],
      ] as [string, () => string][])
    : []),
] as [string, () => string][])(
  "that can't be used is refused by the variable's name: %s",
  async (why, dir) => {
    const path = dir();
    const programs = (["main", "admin"] as const).map((name) =>
      startProgram(name, { env: { PORT: "0", ONEHAZEL_DATA_DIR: path }, args: ["platform:list"] }),
    );
    for (const program of programs) {
      expect(await program.ended).toBe(1);
      expect(program.stderr()).toMatch(/^ONEHAZEL_DATA_DIR: \S+ can't be used: .*Set the variable.*$/m);
      expect(program.stderr()).toMatch(new RegExp(why));
      expect(program.stderr()).toContain(path);
    }
  },
);

it.each([
  ["EACCES", "this user may not write there"],
  ["EROFS", "read-only"],
  ["ENOSPC", "the disk is full"],
  ["EIO", "the system refuses"],
])("%s is told in words", (code, words) => {
  const error = Object.assign(new Error("no"), { code, syscall: "mkdir" });
  expect((dataDirFault("/data", error) as Error).message).toContain(`${words}`);
  expect((dataDirFault("/data", error) as Error).message).toContain(`(${code})`);
});

it("what is no error of the file system stays what it is", () => {
  const error = new Error("else");
  expect(dataDirFault("/data", error)).toBe(error);
});
