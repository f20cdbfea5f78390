// Whoever reads us may stop before the end, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

/** Writes a result where programs look for it. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One line of JSON, whatever it holds. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Rows under their headings, in columns as wide as they need to be. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) {
    print(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

/** What was once typed by somebody must not move the cursor of whoever lists it. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "�");
}
