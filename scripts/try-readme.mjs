// Runs every shell block of the README, in order, as a newcomer would: the first one is the server and keeps running. What they
// answer is checked.
// The blocks run against a data folder and a port of their own; nothing else about them is changed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { checkAnswer } from "./readme/answers.mjs";
import { blocksOf } from "./readme/blocks.mjs";
import { startDemo } from "./readme/demo-server.mjs";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const [start, ...others] = blocksOf(readme, "sh").map(({ text }) => text);
// CI calls the README's test command by itself.
const steps = others.filter((block) => !/\btest$/.test(block));

const demo = await startDemo(start);
const { dataDir, port, env } = demo;
try {
  try {
    for (const block of steps) await tryBlock(block);
  } finally {
    await demo.stop();
  }
  await checkWithoutServer(steps.find((block) => block.endsWith("quickstart")));
} finally {
  await demo.remove();
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
