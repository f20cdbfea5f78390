// Writes the table of settings into docs/operations.md; with --check, only tells whether it is the one that the settings make.
import { readFileSync, writeFileSync } from "node:fs";
import { commandLine, common, server, worker } from "../dist/settings.js";

const page = new URL("../../../docs/operations.md", import.meta.url);
const begin = "<!-- settings: made by `pnpm settings:table` from apps/api/src/settings.ts -->";
const end = "<!-- end of settings -->";

const text = readFileSync(page, "utf8");
const [before, rest] = cut(text, begin);
const [, after] = cut(rest, end);
const made = `${before}${begin}\n\n${table()}\n\n${end}${after}`;

if (!process.argv.includes("--check")) writeFileSync(page, made);
else if (made !== text) {
  console.error("docs/operations.md does not say what the settings are: run `pnpm settings:table`");
  process.exitCode = 1;
}

function cut(whole, mark) {
  const at = whole.indexOf(mark);
  if (at < 0) throw new Error(`docs/operations.md lacks the line ${mark}`);
  return [whole.slice(0, at), whole.slice(at + mark.length)];
}

function table() {
  const rows = Object.entries({ ...commandLine, ...server, ...worker, ...common }).map(([name, schema]) => [
    `\`${name}\``,
    schema.description,
    defaultOf(schema),
    boundsOf(schema),
    readersOf(name),
  ]);
  const lines = [["setting", "what it says", "default", "from–to", "read by"], ...rows];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const drawn = lines.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`);
  return [drawn[0], `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...drawn.slice(1)].join(
    "\n",
  );
}

function defaultOf(schema) {
  const { success, data } = schema.safeParse(undefined);
  return success && ["string", "number"].includes(typeof data) ? `\`${data}\`` : "";
}

/** Of a number; what stands around it (an optional, a default, a transformation) is taken off. */
function boundsOf(schema) {
  for (let inner = schema; inner !== undefined; inner = inner.def.innerType ?? inner.def.in) {
    const bounds = inner.meta()?.bounds;
    if (bounds !== undefined) return bounds.map((bound) => `\`${bound}\``).join("–");
  }
  return "";
}

function readersOf(name) {
  const readers = [
    ["server", { ...common, ...server }],
    ["worker", { ...common, ...worker }],
    ["command line", commandLine],
  ];
  return readers
    .filter(([, names]) => name in names)
    .map(([reader]) => reader)
    .join(", ");
}
