import { Command } from "commander";
import { addEraseCommand } from "./commands/erase.js";
import { addEntitiesExport } from "./commands/export.js";
import { addEntitiesImport, addEventsImport } from "./commands/import.js";
import { addKeyCommands } from "./commands/keys.js";
import { addSessionCommands } from "./commands/session.js";
import type { Outcome } from "./commands/shared.js";
import { exitCodesHelp } from "./exit-codes.js";
import { redact } from "./output.js";
import { version } from "./version.js";

const environmentHelp = `
Which operator:
  The one whose key \`onehazel login\` stored, or the environment's ONEHAZEL_API_KEY and ONEHAZEL_BASE_URL, which go first.
`;

/** The command line as a whole. `outcome` hears of an exit code other than 0 that is no failure. */
export function onehazelProgram(outcome: Outcome): Command {
  const program = new Command("onehazel")
    .description("OneHazel for operators' engineers.")
    .usage("<command> [options]")
    .version(version, "-v, --version", "show the version")
    .helpCommand(false)
    .helpOption("-h, --help", "show this, or a command's own help")
    .exitOverride()
    // What was mistyped is quoted, and it may be a key.
    .configureOutput({
      writeOut: (text) => void process.stdout.write(text),
      writeErr: (text) => void process.stderr.write(redact(text)),
    })
    .configureHelp({ helpWidth: 120, subcommandTerm: (command) => command.name() })
    .addHelpText("after", environmentHelp + exitCodesHelp);
  addSessionCommands(program);
  const entities = program
    .command("entities")
    .helpCommand(false)
    .summary("import and export players, games and the like")
    .description("Entities.");
  addEntitiesImport(entities, outcome);
  addEntitiesExport(entities);
  const events = program
    .command("events")
    .helpCommand(false)
    .summary("import what happened to them")
    .description("Events.");
  addEventsImport(events, outcome);
  addKeyCommands(program);
  addEraseCommand(program);
  return program;
}
