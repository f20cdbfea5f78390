// A terminal that has been closed is no reason to fail: the log is the record.
process.stderr.on("error", () => undefined);

/** For the person at the terminal; programs read the log, or standard output. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
