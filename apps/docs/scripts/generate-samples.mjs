// Writes a program a operation that calls it with the SDK, out of the spec's examples. What is written is type-checked, and run in CI.
// With --check it writes nothing and fails when what is committed is not what would be written.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { sdkSample } from "./samples/sdk.mjs";
import { operations } from "./samples/spec.mjs";

const folder = new URL("../generated/samples/", import.meta.url);
mkdirSync(folder, { recursive: true });
const wanted = new Map(operations.map((operation) => [`${operation.id}.ts`, sdkSample(operation)]));
const committed = new Map(
  readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
);
const stale = [...new Set([...wanted.keys(), ...committed.keys()])].filter(
  (name) => wanted.get(name) !== committed.get(name),
);

if (process.argv.includes("--check")) {
  for (const name of stale) {
    console.error(
      `apps/docs/generated/samples/${name} is not what the spec generates: run \`pnpm generate\`.`,
    );
  }
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const name of stale) {
    const text = wanted.get(name);
    if (text === undefined) rmSync(new URL(name, folder));
    else writeFileSync(new URL(name, folder), text);
  }
}
