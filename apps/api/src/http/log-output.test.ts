import { execFile } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it, vi } from "vitest";
import { LogOutput } from "./log-output.js";

const folder = mkdtempSync(join(tmpdir(), "onehazel-log-"));
const opened: number[] = [];
afterEach(() => {
  for (const fd of opened.splice(0)) closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

function open(path: string): number {
  const fd = openSync(path, "a");
  opened.push(fd);
  return fd;
}

it("writes every line once and in order, however many and however long", async () => {
  const path = join(folder, "log");
  const output = new LogOutput(open(path));
  const lines = Array.from({ length: 5_000 }, (_, n) => `${n} ${"é".repeat(n % 300)}\n`);
  for (const [n, line] of lines.entries()) {
    output.write(line);
    if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(readFileSync(path, "utf8")).toBe(lines.join("")), 60_000);
});

it("a full disk costs lines, not the process: it goes on, says so once, and ends when it is asked to", async () => {
  const script = `
    import { openSync } from "node:fs";
    import { LogOutput } from ${JSON.stringify(new URL("../../dist/http/log-output.js", import.meta.url).href)};
    const output = new LogOutput(openSync("/dev/full", "w"));
    for (let n = 0; n < 2_000; n += 1) output.write("a line of some length, to fill what is kept back\\n");
    await new Promise((resolve) => setTimeout(resolve, 250));
    output.write("fatal\\n");
    output.flushSync();
    process.stderr.write("still here\\n");
    process.exit(0);
  `;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  expect((await run).stderr).toBe("Lines of the log are lost: ENOSPC\nstill here\n");
});
