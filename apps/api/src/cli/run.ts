import { CommanderError } from "commander";
import { explain } from "../start/explain.js";
import { say } from "../start/say.js";
import { exitCode } from "./exit-codes.js";
import { adminProgram } from "./program.js";

/** Runs one command and returns the exit code. Results go to standard output, everything else to standard error. */
export async function runAdmin(args: readonly string[]): Promise<number> {
  let code: number = exitCode.done;
  const program = adminProgram((given) => {
    code = given;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return asked(error) ? exitCode.done : exitCode.misused;
    if ((error as Error).name === "AbortError") return exitCode.interrupted;
    say(explain(error));
    return exitCode.refused;
  }
}

/** Help that was asked for is no misuse; help that is shown for want of a command is. */
function asked({ code }: CommanderError): boolean {
  return code === "commander.helpDisplayed";
}
