// Bundles the YAML files into one document and derives the TypeScript types from it.
// With --check it writes nothing and fails when what is committed is not what would be written.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { stringify } from "yaml";

const run = promisify(execFile);
const root = new URL("..", import.meta.url);
const scratch = await mkdtemp(join(tmpdir(), "onehazel-spec-"));
try {
  const bundled = join(scratch, "openapi.json");
  await run("redocly", ["bundle", "openapi.yaml", "--output", bundled], {
    cwd: root,
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  const document = JSON.parse(await readFile(bundled, "utf8"));
  const ast = await openapiTS(document, { defaultNonNullable: false, alphabetize: false });
  const outputs = {
    "generated/openapi.json": `${JSON.stringify(document, null, 2)}\n`,
    // What a person reads, and keeps: no anchors, so that every tool takes it.
    "generated/openapi.yaml": stringify(document, {
      aliasDuplicateObjects: false,
      lineWidth: 0,
      blockQuote: "literal",
    }),
    "src/generated/openapi.ts": `// Generated from openapi.yaml; change that and run \`pnpm generate\`.\n${astToString(ast)}`,
  };
  for (const [name, text] of Object.entries(outputs)) await publish(new URL(name, root), name, text);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function publish(url, name, text) {
  const committed = await readFile(url, "utf8").catch(() => undefined);
  if (committed === text) return;
  if (process.argv.includes("--check")) {
    console.error(
      `packages/spec/${name} is not what openapi.yaml generates: run \`pnpm generate\` and commit it.`,
    );
    process.exitCode = 1;
    return;
  }
  await mkdir(new URL(".", url), { recursive: true });
  await writeFile(url, text);
}
