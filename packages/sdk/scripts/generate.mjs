// Derives from the bundled spec what the client must know while it runs: each operation's method, path and whether an
// Idempotency-Key is honoured, and the closed set of error codes; and the answers that it shows, for tests against them.
// With --check it writes nothing and fails on drift.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { recordingsOf } from "./recordings.mjs";

const source = new URL("../../spec/generated/openapi.json", import.meta.url);
const targets = new URL("../src/generated/", import.meta.url);
const methods = ["get", "post", "put", "patch", "delete"];

const document = JSON.parse(await readFile(source, "utf8"));
const facts = Object.entries(document.paths).flatMap(([path, item]) =>
  methods
    .filter((method) => item[method] !== undefined)
    .map((method) => {
      const { operationId, "x-idempotent": idempotent } = item[method];
      const row = `${method.toUpperCase()} ${path}${idempotent === true ? " idempotent" : ""}`;
      return `  ${operationId}: ${JSON.stringify(row)},`;
    }),
);
const codes = document.components.schemas.ErrorCode.enum.map((code) => `  ${JSON.stringify(code)},`);
const text = `// Generated from packages/spec/generated/openapi.json; change the spec and run \`pnpm generate\`.
// Words and not objects, since they are a good part of what the package weighs.
export const operationRows = {
${facts.join("\n")}
} as const;

export const errorCodes = [
${codes.join("\n")}
] as const;
`;

await publish("operations.ts", text);
await publish("recordings.ts", recordingsOf(document));

async function publish(name, text) {
  const target = new URL(name, targets);
  if ((await readFile(target, "utf8").catch(() => undefined)) === text) return;
  if (process.argv.includes("--check")) {
    process.stderr.write(
      `packages/sdk/src/generated/${name} is not what the spec generates: run \`pnpm generate\`.\n`,
    );
    process.exitCode = 1;
    return;
  }
  await mkdir(targets, { recursive: true });
  await writeFile(target, text);
}
