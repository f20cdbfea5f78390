// Provokes every error code on a running server and records its responses, which the error pages show. With --check it writes
// nothing and fails when a response is no longer what is recorded. Server and database package must be built.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { document, errorCodes, operations } from "@onehazel/spec";
import { provoke, provokeMore } from "./errors/provoke.mjs";
import { provokeKeys } from "./errors/provoke-keys.mjs";
import { requestId, setStage } from "./errors/stage.mjs";

const file = new URL("../recorded/errors.json", import.meta.url);
/** Codes of paths and methods that the API does not have. */
const pathCodes = { NOT_FOUND: ["object"], METHOD_NOT_ALLOWED: ["object", "sentence"] };
const tables = { object: provoke, sentence: provokeKeys };
const shownHeaders = ["WWW-Authenticate", "Allow", "Retry-After", "RateLimit-Policy", "RateLimit"];
const placeholders = { operator: "op_a1b2c3d4e5f67890", apiKey: "a1b2c3d4-e5f6-4890-abcd-ef1234567890" };

const folder = mkdtempSync(join(tmpdir(), "onehazel-errors-"));
const stage = await setStage(folder);
const recorded = {};
const faults = [];
try {
  for (const code of Object.keys(errorCodes)) {
    const responses = [];
    for (const { shape, provoke } of scenariosOf(code)) responses.push(await record(code, shape, provoke));
    recorded[code] = { operations: operationsOf(code).map(({ id }) => id), responses };
  }
} finally {
  await stage.stop();
  rmSync(folder, { recursive: true, force: true });
}
faults.push(...superfluous(), ...falseExamples());

const text = `${JSON.stringify(recorded, null, 2)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text)
    faults.push("responses differ from apps/docs/recorded/errors.json: run `pnpm docs:errors`");
} else {
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
for (const fault of faults) console.error(fault);
const count = Object.values(recorded).flatMap(({ responses }) => responses).length;
console.log(
  `Tests  ${count - Math.min(count, faults.length)} passed${faults.length > 0 ? `, ${faults.length} failed` : ""}`,
);
process.exitCode = faults.length > 0 ? 1 : 0;

function operationsOf(code) {
  return operations.filter((operation) => operation.errorCodes.includes(code));
}

/** In which shapes clients can meet a code. */
function shapesOf(code) {
  return pathCodes[code] ?? [...new Set(operationsOf(code).map(({ errorShape }) => errorShape))].sort();
}

/** One for each shape in which clients can meet a code, then those of its other statuses. */
function scenariosOf(code) {
  const scenarios = shapesOf(code).map((shape) => ({ shape, provoke: tables[shape][code] }));
  for (const { shape } of scenarios.filter(({ provoke }) => provoke === undefined))
    faults.push(`${code}: say in apps/docs/scripts/errors how to provoke it (${shape})`);
  if (provokeMore[code] !== undefined) scenarios.push({ shape: "object", provoke: provokeMore[code] });
  return scenarios.filter(({ provoke }) => provoke !== undefined);
}

async function record(code, shape, provoke) {
  const scenario = await provoke(stage);
  const { operation, after, shown, method, path, key, headers = {}, body, ids = {} } = scenario;
  const response = await stage.send(scenario);
  await after?.();
  const came = shape === "object" ? response.body.error?.code : response.body.code;
  if (came !== code)
    faults.push(`${code} (${shape}): ${method} ${path} returned ${JSON.stringify(response.body)}`);
  if (operation !== undefined && !operationsOf(code).some(({ id }) => id === operation))
    faults.push(`${code}: ${operation} does not declare it`);
  return normalized(
    {
      request: {
        method,
        path,
        headers: { ...authorizationOf(key), ...contentTypeOf(body), ...headers, ...scenario.shownHeaders },
        body: shown ?? (typeof body === "object" ? JSON.stringify(body) : body),
      },
      status: response.status,
      headers: Object.fromEntries(
        shownHeaders
          .filter((name) => response.headers.has(name))
          .map((name) => [name, response.headers.get(name)]),
      ),
      // The HTTP parser has not read the caller's id.
      body: { ...response.body, requestId },
    },
    ids,
  );
}

function authorizationOf(key) {
  if (key === undefined) return {};
  return { Authorization: `Bearer ${key.startsWith("oh_platform_") ? "oh_platform_" : "oh_live_"}…` };
}

function contentTypeOf(body) {
  return body === undefined ? {} : { "Content-Type": "application/json" };
}

/** Ids, times and counters differ from run to run; everything else stays as it came. */
function normalized(response, ids) {
  let text = JSON.stringify(response);
  for (const [id, placeholder] of Object.entries(ids)) text = text.replaceAll(id, placeholder);
  text = text
    .replace(/\bop_(?!0123456789abcdef)[0-9a-f]{16}\b/g, placeholders.operator)
    .replace(
      /\b(?!00000000-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
      placeholders.apiKey,
    )
    .replace(/"resetAt":"[^"]+"/, '"resetAt":"2026-04-06T12:01:00.000Z"')
    .replace(/;t=\d+/, ";t=42")
    .replace(/;r=[1-9]\d*/, `;r=${Number(/;q=(\d+)/.exec(text)?.[1]) - 1}`);
  const result = JSON.parse(text);
  if (response.status === 429) result.headers["Retry-After"] = "42";
  return result;
}

/** Examples of the spec that the server does not return. */
function falseExamples() {
  const real = new Set(
    Object.values(recorded).flatMap(({ responses }) => responses.map(({ body }) => JSON.stringify(body))),
  );
  return Object.entries(document.components.responses)
    .map(([name, { content }]) => [name, content["application/json"]?.example])
    .filter(([, example]) => example?.success === false && !real.has(JSON.stringify(example)))
    .map(([name]) => `the example of ${name} in packages/spec is not among the recorded responses`);
}

/** Scenarios of codes that nobody can meet in that shape. */
function superfluous() {
  return Object.entries(tables).flatMap(([shape, table]) =>
    Object.keys(table)
      .filter((code) => errorCodes[code] === undefined || !shapesOf(code).includes(shape))
      .map((code) => `${code} (${shape}): is provoked, but no operation declares it`),
  );
}
