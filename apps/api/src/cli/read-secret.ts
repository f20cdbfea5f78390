import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** The first line of standard input. At a terminal it is asked for, and what is typed is not shown. */
export async function readSecret(question: string): Promise<string> {
  const { isTTY } = process.stdin;
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silence, terminal: isTTY === true });
  // Asked only now: until readline has taken the terminal over, that shows what is typed.
  if (isTTY) process.stderr.write(question);
  // A terminal that was taken over hands Ctrl-C to us.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
    if (isTTY) process.stderr.write("\n");
  }
}
