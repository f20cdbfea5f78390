// Everything that users of the package see has a text that says what it is, every class, function and method an example, and
// every example compiles. Reads the sources, or with --built the declarations that are published.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { faultsOfExamples } from "./docstrings/examples.mjs";
import { surfaceOf } from "./docstrings/surface.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * @param modules What users import from, and the file behind each name.
 * @param given What the examples take for granted.
 */
function check(modules, given = "") {
  const program = ts.createProgram(Object.values(modules), {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    types: [],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    paths: Object.fromEntries(Object.entries(modules).map(([name, file]) => [name, [file]])),
  });
  const pieces = surfaceOf(program, Object.values(modules)).map((piece) => ({
    ...piece,
    at: relative(process.cwd(), piece.at),
  }));
  const faults = pieces.flatMap(({ name, at: place, isDescribed, examples, needsExample }) => [
    ...(isDescribed ? [] : [`${place}: ${name} has no docstring`]),
    ...(needsExample && examples.length === 0 ? [`${place}: ${name} has no @example`] : []),
  ]);
  return { pieces, faults: [...faults, ...faultsOfExamples(program, modules, given, pieces)] };
}

// A check that finds nothing has to show that it could.
const faulty = check({ faulty: at("docstrings/faulty.ts") });
assert.deepEqual(
  faulty.faults.map((fault) => fault.replace(/^.*?faulty\.ts:\d+: /, "")),
  [
    "bare() has no docstring",
    "bare() has no @example",
    "Described has no @example",
    "Described.value has no docstring",
    "Described.overloaded() has no @example",
    "Described.overloaded() has no docstring",
    "Described.overloaded() has no @example",
    "Described.[iterator]() has no docstring",
    "Described.[iterator]() has no @example",
    "Filled.forgotten() has no @example",
    "unsaid has no docstring",
    "Inner has no docstring",
    "Inner has no @example",
    "Inner.run() has no docstring",
    "Inner.run() has no @example",
    "the example of Described.compute(): Type 'number' is not assignable to type 'string'.",
    "the example of Described.of(): Cannot find name 'nowhere'.",
  ],
);

const files = process.argv.includes("--built")
  ? { index: "../dist/index.d.ts", testing: "../dist/testing.d.ts" }
  : { index: "../src/index.ts", testing: "../src/mock/index.ts" };
const { pieces, faults } = check(
  { "@onehazel/sdk": at(files.index), "@onehazel/sdk/testing": at(files.testing) },
  readFileSync(new URL("docstrings/givens.ts", import.meta.url), "utf8"),
);
for (const fault of faults) console.error(fault);
const examples = pieces.reduce((sum, piece) => sum + piece.examples.length, 0);
console.log(`${pieces.length} docstrings, ${examples} examples`);
if (faults.length > 0) process.exitCode = 1;
