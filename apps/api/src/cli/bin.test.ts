import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const bin = fileURLToPath(new URL("../../bin/admin.mjs", import.meta.url));

it("the program behind `pnpm admin`, run without pnpm, says how to run it", () => {
  const env = { PATH: "/nowhere" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "--help"], { env, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^(building[^\n]*\n)?The build needs pnpm on the path: [^\n]+\n$/);
});
