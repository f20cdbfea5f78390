import type { Finding } from "./phase.js";

const columns = [
  "fault",
  "acknowledged",
  "stored",
  "duplicated",
  "lost",
  "first write after",
  "all well after",
  "longest silence",
  "p99 of a call",
  "attempts that failed",
];

/** The findings as a table in Markdown. Times are seconds. */
export function tableOf(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [
    finding.fault,
    ...[finding.acknowledged, finding.stored, finding.duplicated, finding.lost].map((count) =>
      count.toLocaleString("en"),
    ),
    ...[finding.firstWriteAfterMs, finding.wellAfterMs, finding.silenceMs, finding.p99Ms].map((ms) =>
      (ms / 1_000).toFixed(2),
    ),
    finding.retried,
  ]);
  const lines = [
    columns,
    columns.map((_, n) => (n === 0 || n === columns.length - 1 ? "---" : "---:")),
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
