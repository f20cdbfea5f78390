// Runs every shell block of the CLI's README, in order, as its reader would: installed from a registry, against the built server, each in
// a folder of its own. What they leave behind is checked.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../packages/sdk/scripts/pack.mjs";
import { blocksOf } from "./readme/blocks.mjs";
import { checks, giveFiles, program } from "./readme/cli-answers.mjs";
import { startDemo } from "./readme/demo-server.mjs";
import { startRegistry } from "./readme/registry.mjs";

const timeoutMs = 180_000;
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const blocks = blocksOf(readFileSync(at("packages/cli/README.md"), "utf8"), "sh");
const { folder, remove } = await temporaryFolder("cli-readme");
const config = join(folder, "config");
const registry = await startRegistry("sdk", "cli");
const demo = await startDemo(`exec node ${at("apps/api/dist/main.js")}`);
try {
  const baseUrl = `http://localhost:${demo.port}`;
  const { operatorKey } = JSON.parse(readFileSync(join(demo.dataDir, "credentials.json"), "utf8"));
  const env = {
    // Where npm finds the rest of the world is this machine's affair.
    ...process.env,
    PATH: [join(folder, "global/bin"), dirname(process.execPath), process.env.PATH].join(":"),
    ONEHAZEL_CONFIG_DIR: config,
    KEY: await anotherKey(baseUrl, operatorKey),
    // Nobody is there to be asked.
    npm_config_yes: "true",
    npm_config_prefix: join(folder, "global"),
    // Found by the prefix unless it is named; where a machine says how its registry is reached, that must stay.
    npm_config_globalconfig: execFileSync("npm", ["config", "get", "globalconfig"], {
      encoding: "utf8",
    }).trim(),
    ...registry.env,
  };
  assert.deepEqual(
    blocks.map(({ heading }) => heading),
    Object.keys(checks),
  );
  for (const [index, { heading, text }] of blocks.entries()) {
    const cwd = join(folder, `block-${index}`);
    mkdirSync(cwd);
    giveFiles(cwd);
    const script = text.replaceAll("https://onehazel.example.com", baseUrl);
    const { code, said } = await run(
      `set -euo pipefail\n${program}\n${script}`,
      { cwd, env },
      `${operatorKey}\n`,
    );
    assert.equal(code, 0, `${text}\n\n${said}`);
    checks[heading]({ folder: cwd, config, said });
    console.log(`ran: ${heading}`);
    // Its reader logs out at the end of that block, and in again to go on.
    if (heading === "Credentials")
      await run(`onehazel login --base-url ${baseUrl}`, { cwd, env }, `${operatorKey}\n`);
  }
  console.log(`${blocks.length} blocks of the CLI's README ran`);
} finally {
  await demo.stop();
  await demo.remove();
  await registry.stop();
  await remove();
}

async function anotherKey(baseUrl, key) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const listed = await (await fetch(`${baseUrl}/api-keys`, { headers })).json();
  const body = JSON.stringify({ operatorId: listed.data[0].operatorId, label: "Another" });
  const made = await (await fetch(`${baseUrl}/api-keys`, { method: "POST", headers, body })).json();
  return made.data.key;
}

function run(script, options, input) {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", script], {
      ...options,
      stdio: ["pipe", "pipe", "pipe"],
      timeout: timeoutMs,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    }
    // Not every block reads it.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("close", (code) => resolve({ code, said }));
  });
}
