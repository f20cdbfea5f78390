import { Command } from "commander";
import { addDestroyCommand } from "./destroy.js";
import { exitCodesHelp } from "./exit-codes.js";
import { addIncidentCommands } from "./incident.js";
import { addJobCommands } from "./jobs.js";
import { addMigrationCommands } from "./migrations.js";
import { addPiiCommands } from "./pii.js";
import { addPlatformKeyCommands } from "./platform-keys.js";
import { addPlatformCommands } from "./platforms.js";
import { addUserCommands } from "./users.js";

const databaseHelp = `
Which database:
  DATABASE_OWNER_URL, the schema's owner; or DATABASE_URL alone, if it owns the schema; with neither, the embedded one under
  ONEHAZEL_DATA_DIR (.onehazel), which is started if it isn't running, and shared if the server runs.
`;

/** The command line as a whole. `setExitCode` hears of an exit code other than 0 that is no failure. */
export function adminProgram(setExitCode: (code: number) => void): Command {
  const program = new Command("pnpm admin")
    .description("What is done at the server itself, and not over HTTP.")
    .usage("<command> [options]")
    .helpCommand(false)
    .helpOption("-h, --help", "show this, or a command's own help")
    .showHelpAfterError()
    .exitOverride()
    .configureHelp({ helpWidth: 120, subcommandTerm: (command) => command.name() })
    .addHelpText("after", databaseHelp + exitCodesHelp);
  addPlatformCommands(program);
  addPlatformKeyCommands(program);
  addIncidentCommands(program);
  addJobCommands(program);
  addUserCommands(program);
  addDestroyCommand(program);
  addPiiCommands(program, setExitCode);
  addMigrationCommands(program, setExitCode);
  for (const command of program.commands) command.usage(usageOf(command));
  return program;
}

/** A command's form with its required options, so that the first line of its help can be copied. */
function usageOf(command: Command): string {
  const options = command.options.map(({ flags, mandatory }) => (mandatory ? flags : `[${flags}]`));
  const values = command.registeredArguments.map((argument) =>
    argument.variadic ? `[${argument.name()}...]` : `<${argument.name()}>`,
  );
  return [...values, ...options].join(" ");
}
