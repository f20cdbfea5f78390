// Runs every snippet of the guides and every sample of the reference against one server that this starts, with a database of its own.
// A snippet gets an operator of its own; what it must have reached it says itself, outside of what the guides show.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { curlSample } from "./samples/curl.mjs";
import { operations } from "./samples/spec.mjs";
import { startServer } from "./server.mjs";

const docs = fileURLToPath(new URL("..", import.meta.url));
const timeoutMs = 300_000;
const folder = mkdtempSync(join(tmpdir(), "onehazel-snippets-"));
const server = await startServer(join(folder, ".onehazel"));
/** A reply that is an error ends a snippet, unless it says that it expects some; what came is kept for what the snippet looks for. */
const prelude = `set -euo pipefail
curl() { command curl -sS $([ -n "\${ALLOW_ERRORS:-}" ] || echo --fail-with-body) "$@" | tee -a "$REPLIES"; }`;
const results = { passed: 0, failed: 0 };

try {
  // Those in folders are run elsewhere: blocks/runners.mjs says where.
  for (const name of readdirSync(join(docs, "snippets")).sort())
    if (/\.(sh|ts)$/.test(name)) await report(name, runSnippet(name));
  // The samples are about things that may not be there, so an answer of the API counts, and one about its form does not.
  const operator = await server.newOperator();
  for (const operation of operations) {
    await report(`curl sample of ${operation.id}`, runCurl(operation, operator));
    await report(`SDK sample of ${operation.id}`, runSdk(operation, operator));
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`Tests  ${results.passed} passed${results.failed > 0 ? `, ${results.failed} failed` : ""}`);
process.exitCode = results.failed > 0 ? 1 : 0;

async function report(name, running) {
  const startedMs = Date.now();
  const { ok, words } = await running;
  if (process.env.SNIPPETS_TIMES) console.log(`${Date.now() - startedMs} ms ${name}`);
  results[ok ? "passed" : "failed"] += 1;
  if (!ok) console.error(`FAILED ${name}\n${words}\n`);
}

async function runSnippet(name) {
  const operator = await server.newOperator();
  const cwd = join(folder, name.replaceAll(".", "-"));
  mkdirSync(join(cwd, ".onehazel"), { recursive: true });
  writeFileSync(join(cwd, ".onehazel/credentials.json"), JSON.stringify({ operatorKey: operator.key }));
  if (name.endsWith(".ts"))
    return run([process.execPath, compiled(`snippets/${name}`)], environment(operator, cwd), cwd);
  const text = readFileSync(join(docs, "snippets", name), "utf8")
    .replaceAll("http://localhost:8080", server.baseUrl)
    // The same program; the README's own test goes the way through pnpm, which builds first.
    .replaceAll("npx -y pnpm@10.34.9 admin", "node apps/api/dist/admin.js");
  return run(["bash", "-c", `${prelude}\n${text}`], environment(operator, cwd), cwd);
}

function environment(operator, cwd) {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ONEHAZEL_BASE_URL: server.baseUrl,
    ONEHAZEL_API_KEY: operator.key,
    ONEHAZEL_PLATFORM_KEY: server.platformKey,
    ONEHAZEL_DATA_DIR: join(folder, ".onehazel"),
    REPOSITORY: join(docs, "../.."),
    REPLIES: join(cwd, "replies.txt"),
  };
}

async function runCurl(operation, operator) {
  const reply = join(folder, "replies.txt");
  const script = `command curl -sS -o "$REPLIES" -w '%{http_code}' ${curlSample(operation).slice("curl ".length)}`;
  const { ok, words } = await run(["bash", "-c", script], environment(operator, folder), folder);
  const said = `${words.trim().slice(-3)} ${readFileSync(reply, "utf8")}`;
  return { ok: ok && isAboutTheThing(said), words: said };
}

async function runSdk(operation, operator) {
  const { ok, words } = await run(
    [process.execPath, compiled(`generated/samples/${operation.id}.ts`)],
    environment(operator, folder),
    folder,
  );
  const status = /status: (\d+)/.exec(words)?.[1] ?? "";
  const code = /code: '(\w+)'/.exec(words)?.[1] ?? "";
  return { ok: ok || isAboutTheThing(`${status} "code":"${code}"`), words };
}

/** A success, or a refusal for what is not there, or not this caller's. */
function isAboutTheThing(said) {
  return (
    /^2\d\d /.test(said) ||
    /"code":"(\w+_NOT_FOUND|FORBIDDEN|LAST_ACTIVE_KEY|IDEMPOTENCY_KEY_REUSED|ENTITY_ERASED)"/.test(said)
  );
}

function compiled(source) {
  return join(docs, ".snippets", source.replace(/\.ts$/, ".js"));
}

function run([program, ...args], env, cwd) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
    let words = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        words += chunk;
      });
    }
    child.once("close", (code) => resolve({ ok: code === 0, words }));
  });
}
