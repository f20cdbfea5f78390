import type { Command } from "commander";
import { destroyOperator } from "../destruction/service.js";
import { Refusal } from "../start/refusal.js";
import { say } from "../start/say.js";
import { whenAskedToStop } from "../start/signals.js";
import { print, printJson } from "./output.js";
import { withDatabase } from "./owner.js";
import { days } from "./values.js";

const ready = { upToDate: true, owner: true };
const suspendedDaysDefault = 30;
const lineEveryRows = 50_000;

interface DestroyCommand {
  readonly suspendedForDays: number;
  readonly json?: true;
}

export function addDestroyCommand(program: Command): void {
  program
    .command("operator:destroy")
    .summary("destroy an operator's key and everything it has, for good")
    .description(
      "Destroys an operator that was suspended 30 days ago or earlier: its salt first, without which nothing that was sealed for it " +
        "opens, not in a backup's rows either unless the backup has the salt too; then all of its rows. There is no way back. " +
        "It may be killed and run again, and goes on from there.",
    )
    .argument("<operatorId>", "op_ and 16 hex digits")
    .requiredOption("--yes", "yes, for good")
    .option(
      "--suspended-for-days <days>",
      "be content with fewer days of suspension than 30; 0: none at all",
      days,
      suspendedDaysDefault,
    )
    .option("--json", 'one line: {"operatorId":…,"platformId":…,"destroyedAt":…,"rowsRemoved":…}')
    .addHelpText("after", "\nExample:\n  pnpm admin operator:destroy op_0123456789abcdef --yes")
    .action(destroy);
}

async function destroy(operatorId: string, { suspendedForDays, json }: DestroyCommand): Promise<void> {
  const { signal } = whenAskedToStop();
  let said = 0;
  const onProgress = (rowsRemoved: number) => {
    if (rowsRemoved - said < lineEveryRows) return;
    said = rowsRemoved;
    say(`${rowsRemoved} rows removed`);
  };
  const done = await withDatabase(ready, (owner) =>
    destroyOperator(owner, operatorId, { suspendedDaysMin: suspendedForDays, signal, onProgress }),
  );
  if (done.outcome === "unknown") throw new Refusal(`There is no operator ${JSON.stringify(operatorId)}.`);
  if (done.outcome === "hidden") {
    throw new Refusal(
      `The row of ${operatorId} cannot be seen under its platform's scope. Nothing was done. Row-level security is not as \`migrate\` made it: ` +
        "compare the policies with packages/db/schema.sql.",
    );
  }
  if (done.outcome === "busy") {
    throw new Refusal(
      `A job of ${operatorId} is still running. Its salt is destroyed; run this again for its rows.`,
    );
  }
  if (done.outcome === "notSuspended") {
    const since = done.suspendedAt === null ? "not suspended" : `suspended since ${done.suspendedAt}`;
    throw new Refusal(
      `${operatorId} is ${since}; it can be destroyed after ${suspendedForDays} days of suspension. Nothing was done.`,
    );
  }
  const { platformId, destroyedAt, rowsRemoved } = done;
  if (json) return printJson({ operatorId, platformId, destroyedAt, rowsRemoved });
  print(
    `The operator ${operatorId} of ${platformId} is destroyed since ${destroyedAt}: ${rowsRemoved} rows removed.`,
  );
}
