// Whoever reads us may stop before the end, as `head` does; a closed terminal is no failure either.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.stderr.on("error", () => undefined);

/** Whatever was typed or answered: a key is never shown, and nothing moves the cursor. */
export function redact(text: string): string {
  return text.replace(/oh_(live|platform)_[0-9A-Za-z]+/g, "oh_$1_…").replace(/(?!\n)\p{Cc}/gu, "\uFFFD");
}

/** For the person at the terminal. */
export function say(message: string): void {
  process.stderr.write(`${redact(message)}\n`);
}

/** A result, where programs look for it. */
export function print(text: string): void {
  process.stdout.write(`${redact(text)}\n`);
}

/** What a command has found out or done: one line of JSON, or lines of `name  value`. */
export function printResult(result: Readonly<Record<string, unknown>>, json: boolean | undefined): void {
  if (json) {
    print(JSON.stringify(result));
    return;
  }
  const rows = Object.entries(result).filter(([, value]) => value !== undefined);
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) print(`${name.padEnd(width)}  ${value ?? "-"}`);
}
