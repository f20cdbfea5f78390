import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { type Chart, svgOf } from "./chart.js";

/** A promise about a figure, and whether it is kept. */
export interface Bound {
  readonly what: string;
  readonly value: number;
  /** What is promised: no more than `max`, or no less than `min`. */
  readonly max?: number;
  readonly min?: number;
}

/** What a benchmark has found. `tables` are for people, `readings` for programs. */
export interface Findings {
  readonly name: string;
  readonly title: string;
  /** How it was measured, in a few sentences. */
  readonly method: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
  readonly bounds: readonly Bound[];
  readonly chart?: Chart;
  readonly readings: unknown;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const results = fileURLToPath(new URL("../../results/", import.meta.url));

export function isKept({ value, max = Infinity, min = -Infinity }: Bound): boolean {
  return value >= min && value <= max;
}

/** Writes `results/<name>.md`, `.json` and, if there is a chart, `.svg`. None names a path or a host. */
export function writeReport(findings: Findings): string {
  const machine = machineOf();
  const taken = new Date().toISOString();
  const { name, tables, bounds, chart, readings, ...rest } = findings;
  const json = {
    name,
    taken,
    machine,
    ...rest,
    bounds: bounds.map((bound) => ({ ...bound, kept: isKept(bound) })),
  };
  // The readings are for programs: on one line, as many digits as mean something.
  const all = JSON.stringify(readings, (_, value) => (typeof value === "number" ? shortened(value) : value));
  const text = JSON.stringify(json, null, 2).replace(/\n}$/, () => `,\n  "readings": ${all}\n}\n`);
  writeFileSync(`${results}${name}.json`, text);
  if (chart !== undefined) writeFileSync(`${results}${name}.svg`, svgOf(chart));
  const page = markdown(findings, [
    `Taken ${taken.slice(0, 10)}`,
    machine.cpu,
    `${machine.cores} cores`,
    machine.memory,
  ]);
  writeFileSync(`${results}${name}.md`, page);
  return page;
}

function shortened(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(5));
}

function machineOf() {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? "unknown",
    cores: all.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    platform: `${process.platform} ${process.arch}`,
  };
}

function markdown(
  { name, title, method, versions, tables, bounds, chart }: Findings,
  taken: string[],
): string {
  const software = Object.entries(versions).map(([what, version]) => `${what} ${version}`.trim());
  const verdicts = bounds.map((bound) => [
    bound.what,
    bound.value.toFixed((bound.max ?? 0) < 10 ? 2 : 1),
    bound.max === undefined ? `≥ ${bound.min}` : `≤ ${bound.max}`,
    isKept(bound) ? "kept" : "**missed**",
  ]);
  return [
    `# ${title}`,
    `Written by \`pnpm bench ${name}\`. ${[...taken, ...software].join(" · ")}.`,
    method,
    ...(chart === undefined ? [] : [`![${chart.title}](${name}.svg)`]),
    ...tables.map(tableText),
    tableText({ columns: ["bound", "measured", "promised", ""], rows: verdicts }),
  ]
    .join("\n\n")
    .concat("\n");
}

function tableText({ columns, rows }: Table): string {
  const lines = [columns, columns.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
