import { benchmarks, long } from "./benchmarks.js";
import { isKept, writeReport } from "./harness/report.js";

// Who is asked to stop still takes along what it has started: each of those waits for `exit`.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  process.stderr.write(
    `No such benchmark: ${unknown.join(", ")}. There are: ${Object.keys(benchmarks).join(", ")}\n`,
  );
  process.exit(2);
}
for (const [name, run] of Object.entries(benchmarks)) {
  if (asked.length > 0 ? !asked.includes(name) : long.has(name)) continue;
  process.stderr.write(`${name}: running\n`);
  const findings = await run();
  process.stdout.write(`${writeReport(findings)}\n`);
  // A bound that is missed is the result of the run, not the end of it.
  if (!findings.bounds.every(isKept)) process.exitCode = 1;
}
