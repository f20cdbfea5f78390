// Runs every block of the SDK's README: installs the package in an empty folder from a registry, then runs all TypeScript, in order, as one
// program against the built server, and checks what came of each. The compiler sees the same program: a block that runs and has a wrong type fails too.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { run as runToItsEnd } from "../packages/sdk/scripts/pack.mjs";
import { blocksOf } from "./readme/blocks.mjs";
import { startDemo } from "./readme/demo-server.mjs";
import { startRegistry } from "./readme/registry.mjs";
import { programOf } from "./readme/sdk-program.mjs";

const root = new URL("..", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const readme = await readFile(at("packages/sdk/README.md"), "utf8");
const givens = await readFile(at("scripts/readme/sdk-givens.ts"), "utf8");

await tryInstall(blocksOf(readme, "sh").map(({ text }) => text));

// Inside the package, whose own name then means what it publishes.
const folder = await mkdtemp(at("packages/sdk/.readme-"));
const demo = await startDemo(`exec node ${at("apps/api/dist/main.js")}`);
try {
  const { program, count } = programOf(readme, givens, demo.port);
  const file = join(folder, "readme.mts");
  await writeFile(file, program);
  compile(file);
  const { operatorKey } = JSON.parse(await readFile(join(demo.dataDir, "credentials.json"), "utf8"));
  await run(file.replace(/mts$/, "mjs"), operatorKey);
  console.log(`${count} blocks of the SDK's README ran`);
} finally {
  await demo.stop();
  await demo.remove();
  await rm(folder, { recursive: true, force: true });
}

async function tryInstall(blocks) {
  const registry = await startRegistry("sdk");
  const cwd = await mkdtemp(join(tmpdir(), "onehazel-sdk-readme-"));
  try {
    await writeFile(join(cwd, "package.json"), "{}");
    const env = { ...process.env, ...registry.env };
    for (const block of blocks) await runToItsEnd("bash", ["-euc", block], { cwd, env });
    const loaded = [
      "--input-type=module",
      "-e",
      'import("@onehazel/sdk").then((sdk) => console.log(sdk.OneHazel.name))',
    ];
    const { stdout } = await runToItsEnd(process.execPath, loaded, { cwd });
    assert.equal(stdout.trim(), "OneHazel");
    console.log("ran: the installation");
  } finally {
    await registry.stop();
    await rm(cwd, { recursive: true, force: true });
  }
}

function compile(file) {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    types: ["node"],
    typeRoots: [at("packages/sdk/node_modules/@types")],
    strict: true,
    skipLibCheck: true,
  });
  const faults = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (faults.length === 0) return;
  const host = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => at("."),
    getNewLine: () => "\n",
  };
  throw new Error(ts.formatDiagnostics(faults, host));
}

function run(file, apiKey) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, apiKey], {
      env: { ...process.env, ONEHAZEL_API_KEY: apiKey },
      stdio: "inherit",
    });
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`it ended with ${code}`))));
  });
}
