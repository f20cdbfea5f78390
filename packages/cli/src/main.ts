import { CommanderError } from "commander";
import { exitCode } from "./exit-codes.js";
import { tell } from "./failures.js";
import { print, redact, say } from "./output.js";
import { onehazelProgram } from "./program.js";

/** Runs one command and sets the exit code. Results go to standard output, everything else to standard error. */
export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await run(args);
  // A read of standard input that nobody waits for any more would keep us alive.
  process.stdin.unref?.();
}

async function run(args: readonly string[]): Promise<number> {
  const isJson = args.includes("--json");
  let code: number = exitCode.done;
  const program = onehazelProgram({
    exitCode: (given) => {
      code = given;
    },
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (/^commander\.(helpDisplayed|version)$/.test(error.code)) return exitCode.done;
      if (isJson) print(JSON.stringify({ error: { code: "USAGE", message: redact(error.message) } }));
      return exitCode.misused;
    }
    const told = tell(error);
    say(told.words);
    if (isJson) print(JSON.stringify(told.json));
    return told.exitCode;
  }
}
