// What publint and attw can't know: that nothing unpublished is referred to, and that both formats load and are the same.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const dist = (name) => new URL(`../dist/${name}`, import.meta.url);
for (const name of ["index.js", "index.cjs", "index.d.ts", "index.d.cts"]) {
  const text = await readFile(dist(name), "utf8");
  const foreign = [...text.matchAll(/(?:from|import|require)\s*\(?["']([^"'.][^"']*)["']/g)].map(
    ([, id]) => id,
  );
  assert.deepEqual([...new Set(foreign)], ["openapi-fetch"], `${name} may refer to openapi-fetch only`);
  assert.doesNotMatch(text, /__SDK_VERSION__/, `${name} must know its version`);
}
for (const name of ["testing.js", "testing.cjs"]) {
  const text = await readFile(dist(name), "utf8");
  assert.doesNotMatch(text, /(?:from|import|require)\s*\(?["']/, `${name} stands alone`);
}
const esm = await import(dist("index.js"));
const cjs = createRequire(import.meta.url)("../dist/index.cjs");
assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort());

const client = new cjs.OneHazel({ apiKey: `oh_live_${"00".repeat(32)}`, baseUrl: "http://localhost:9" });
const error = await client.entities.get("..").catch((caught) => caught);
assert.ok(
  esm.isOneHazelError(error) && !(error instanceof esm.OneHazelError),
  "guards see errors of the other format",
);
