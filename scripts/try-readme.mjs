// Runs every shell block of the README, in order, as a newcomer would: the first one is the server and keeps running. What they
// answer is checked.
// The blocks run against a data folder and a port of their own; nothing else about them is changed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAnswer } from "./readme-answers.mjs";

const startWithinMs = 600_000;
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1].trim());
const [start, ...others] = blocks;
// CI calls the README's test command by itself.
const steps = others.filter((block) => !/\btest$/.test(block));

const dataDir = await mkdtemp(join(tmpdir(), "onehazel-readme-"));
const port = await freePort();
const env = { ...process.env, PORT: String(port), ONEHAZEL_DATA_DIR: dataDir };
const server = spawn("bash", ["-c", start], { env, stdio: ["ignore", "ignore", "pipe"], detached: true });
const ended = new Promise((resolve) => server.once("exit", (code) => resolve(code)));
let words = "";
server.stderr.on("data", (chunk) => {
  words += chunk;
});

try {
  try {
    await untilReady();
    for (const block of steps) await tryBlock(block);
  } finally {
    // As Ctrl-C does it: the whole group.
    process.kill(-server.pid, "SIGINT");
    console.log(`\nthe server ended with ${await ended}`);
  }
  await checkWithoutServer(steps.find((block) => block.endsWith("quickstart")));
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

async function tryBlock(block) {
  const text = block
    .replaceAll("localhost:8080", `localhost:${port}`)
    .replaceAll(".onehazel/", `${dataDir}/`);
  console.log(`\n$ ${block}`);
  const script = `set -euo pipefail\n${text.replaceAll(/\bcurl /g, "curl --fail-with-body -sS -w '\\n' ")}`;
  const { code, stdout } = await run(script);
  assert.equal(code, 0, script);
  checkAnswer(block, stdout);
}

async function untilReady() {
  const giveUpMs = Date.now() + startWithinMs;
  while (!words.includes("Demo credentials")) {
    if (Date.now() > giveUpMs || server.exitCode !== null)
      throw new Error(`the server did not start:\n${words}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The first thing that goes wrong for many: the second command without the first. */
async function checkWithoutServer(block) {
  const { code, stderr } = await run(block);
  assert.equal(code, 1);
  assert.match(stderr, /^No server answers at \S+: start it first with `npx .* start`$/m);
  assert.doesNotMatch(stderr, /^ {4}at /m);
}

function run(script) {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", script], { env, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        said[name] += text;
        process[name].write(text);
      });
    }
    child.once("close", (code) => resolve({ code, ...said }));
  });
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
