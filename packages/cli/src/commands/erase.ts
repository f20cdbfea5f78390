import type { Command } from "commander";
import { connect } from "../client.js";
import { misuse } from "../failures.js";
import { printResult } from "../output.js";
import { type JsonOption, withJson } from "./shared.js";

export function addEraseCommand(program: Command): void {
  withJson(
    program
      .command("erase")
      .summary("erase one subject for good")
      .description(
        "Deletes the entity and its states and anonymizes its events, at once and for good. Nobody can undo it; the erasureId is the " +
          "receipt's id.",
      )
      .argument("<id>", "the externalId")
      .option("--yes", "say that it is meant; without it nothing happens"),
    "{erasureId, status, alreadyGone}",
  )
    .addHelpText("after", "\nExample:\n  onehazel erase player_12345 --yes")
    .action(erase);
}

async function erase(id: string, { yes, json }: JsonOption & { readonly yes?: true }): Promise<void> {
  if (!yes) throw misuse("Erasing can't be undone: add --yes");
  const { client } = await connect();
  const { erasureId, status, alreadyGone } = await client.entities.delete(id);
  printResult({ erasureId: erasureId ?? null, status: status ?? null, alreadyGone }, json);
}
