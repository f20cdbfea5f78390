import type { Command } from "commander";
import { revokeAnyKey, suspendAnyOperator } from "../platforms/incident.js";
import { Refusal } from "../start/refusal.js";
import { say } from "../start/say.js";
import { type GivenKey, keyNameOf } from "./key-name.js";
import { print, printJson } from "./output.js";
import { withDatabase } from "./owner.js";
import { readSecret } from "./read-secret.js";

const ready = { upToDate: true, owner: true };

export function addIncidentCommands(program: Command): void {
  program
    .command("operator:suspend")
    .summary("shut an operator out")
    .description(
      "Shuts an operator out: every key of it answers 401 from the next request on, on every server. Its data stays; its " +
        'platform brings it back with PUT /platform-api/operators/<operatorId> and {"status":"active"}.',
    )
    .argument("<operatorId>", "op_ and 16 hex digits")
    .option("--json", 'one line: {"operatorId":…,"platformId":…,"suspendedAt":…}')
    .addHelpText("after", "\nExample:\n  pnpm admin operator:suspend op_0123456789abcdef")
    .action(suspend);
  program
    .command("key:revoke")
    .summary("revoke any key: by its id, its SHA-256, or itself")
    .description(
      "Revokes a key of any operator or platform, the last one too. It stops working with the next request, on every server.",
    )
    .argument(
      "<key>",
      "its id (a UUID), its SHA-256 (64 hex digits), or - to read the key itself from standard input",
    )
    .option(
      "--json",
      'one line: {"keyId":…,"platformId":…,"operatorId":…,"revoked":true}; operatorId is null for a platform\'s',
    )
    .addHelpText(
      "after",
      "\nExamples:\n  pnpm admin key:revoke 6f1c2d3e-0000-4000-8000-123456789abc\n" +
        "  pnpm admin key:revoke -            # asks for the key, without showing it\n" +
        "  pnpm admin key:revoke - < leaked-key.txt",
    )
    .action(revoke);
}

async function suspend(operatorId: string, { json }: { json?: true }): Promise<void> {
  const outcome = await withDatabase(ready, (owner) => suspendAnyOperator(owner, operatorId));
  if (outcome === undefined) throw new Refusal(`There is no operator ${JSON.stringify(operatorId)}.`);
  if (json) return printJson(outcome);
  print(`The operator ${operatorId} of ${outcome.platformId} is suspended since ${outcome.suspendedAt}.`);
}

async function revoke(argument: string, { json }: { json?: true }, command: Command): Promise<void> {
  const given = keyNameOf(argument === "-" ? await readSecret("The key to revoke: ") : argument);
  // Not repeated: what nobody recognises may still be most of a key.
  if (given === undefined)
    command.error("error: that is no key, nor a key's id (a UUID) or SHA-256 (64 hex digits)");
  if (argument !== "-") warnOfPlaintext(given);
  const revoked = await withDatabase(ready, (owner) => revokeAnyKey(owner, given.name));
  if (revoked === undefined) throw new Refusal("No operator and no platform has such a key.");
  if (json) return printJson({ ...revoked, revoked: true });
  const whose =
    revoked.operatorId === null ? revoked.platformId : `${revoked.operatorId} of ${revoked.platformId}`;
  print(`The key ${revoked.keyId} of ${whose} is revoked.`);
}

function warnOfPlaintext({ plaintext }: GivenKey): void {
  if (!plaintext) return;
  say("The key itself now stands in your shell's history. Next time: pnpm admin key:revoke -");
}
