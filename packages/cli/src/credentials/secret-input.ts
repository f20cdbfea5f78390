import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { exitCode } from "../exit-codes.js";
import { Failure } from "../failures.js";

/** A key from standard input: what is piped in, or typed at a prompt that shows nothing. Never from the arguments. */
export async function readSecret(prompt: string): Promise<string> {
  return (process.stdin.isTTY ? await ask(prompt) : await text(process.stdin)).trim();
}

function ask(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  // Readline echoes what is typed to its output.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      process.stderr.write("\n");
      settle();
      lines.close();
    };
    lines.once("line", (line) => end(() => resolve(line)));
    lines.once("SIGINT", () =>
      end(() => reject(new Failure("Stopped", exitCode.interrupted, "INTERRUPTED"))),
    );
    lines.once("close", () => resolve(""));
  });
}
