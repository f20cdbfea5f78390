import type { Command } from "commander";
import { createLogger } from "../http/log.js";
import type { UnreadableField } from "../reseal/record.js";
import { OutdatedMasterKeyError } from "../reseal/walk.js";
import { retireMasterKey, rotate, rotationStatus } from "../rotation/service.js";
import { type RotationStatus, type Unreadable, unreadableFieldsMax } from "../rotation/status.js";
import { Refusal } from "../start/refusal.js";
import { say } from "../start/say.js";
import { whenAskedToStop } from "../start/signals.js";
import { exitCode } from "./exit-codes.js";
import { print, printable, printJson, printTable } from "./output.js";
import { adminKeyring, withDatabase } from "./owner.js";
import { showProgress } from "./progress.js";

const ready = { upToDate: true, owner: true };
const statusShape =
  'one line: {"current":…,"sealed":…,"done":…,"keys":[{masterKeyId, role, operators, entities, events, replies, …}],' +
  '"unreadable":{"rows":…,"fields":[{operatorId, id, field, reason}]}}';

export function addPiiCommands(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("pii:status")
    .summary("tell what is sealed under which master key")
    .description(
      "Tells what is sealed under which master key, and which keys may be retired. Exit code 3 while anything is bound to a key " +
        "that is not the current one, or a row lacks a ciphertext it has to have; such rows are named. Needs the master keys, as the " +
        "server does.",
    )
    .option("--json", statusShape)
    .addHelpText("after", "\nExample:\n  pnpm admin pii:status --json")
    .action((options) => status(options, setExitCode));
  program
    .command("pii:rotate")
    .summary("seal everything under the current master key")
    .description(
      "Seals everything of every operator under the first of the master keys, while servers read and write. Restart every server " +
        "and worker with that key first, before. It may be killed and run again at any time, and goes on from there. Exit code 3 " +
        "when rows are left under another key or can't be read; those are named, and all others are sealed.",
    )
    .option("--json", statusShape)
    .addHelpText("after", '\nExample:\n  ONEHAZEL_MASTER_KEYS="$NEW,$OLD" pnpm admin pii:rotate')
    .action((options) => runRotation(options, setExitCode));
  program
    .command("pii:retire")
    .summary("retire a master key that nothing is bound to")
    .description(
      "Retires a master key for good: the database proves that no row is sealed under it and refuses every later one. Only then " +
        "take it out of the servers' lists. Again is fine.",
    )
    .argument("<masterKeyId>", "what stands before the colon, not the key")
    .option("--json", 'one line: {"masterKeyId":…,"retired":true}')
    .addHelpText("after", "\nExample:\n  pnpm admin pii:retire 2025-07")
    .action(retire);
}

async function status({ json }: { json?: true }, setExitCode: (code: number) => void): Promise<void> {
  const found = await withDatabase(ready, async (owner) => rotationStatus(owner, await adminKeyring()));
  if (!found.done) setExitCode(exitCode.pending);
  show(found, json);
}

async function runRotation({ json }: { json?: true }, setExitCode: (code: number) => void): Promise<void> {
  const { signal } = whenAskedToStop();
  // What goes wrong with single rows stands in the log, by the operators' ids.
  const log = createLogger("error", { write: (line) => void process.stderr.write(line) });
  const left = await withDatabase(ready, async (owner) => {
    const progress = showProgress("rows sealed");
    try {
      return await rotate(owner, {
        keyring: await adminKeyring(),
        log,
        signal,
        onProgress: ({ sealed, total }) => progress.to(sealed, total),
      });
    } catch (error) {
      // Somebody began another rotation while this one went on.
      throw error instanceof OutdatedMasterKeyError ? new Refusal(error.message) : error;
    } finally {
      progress.end();
    }
  });
  if (left === undefined)
    throw new Refusal("The first of the master keys was retired. Put the current one first.");
  if (!left.sealed) setExitCode(exitCode.pending);
  show(left, json);
}

async function retire(masterKeyId: string, { json }: { json?: true }): Promise<void> {
  const outcome = await withDatabase(ready, async (owner) =>
    retireMasterKey(owner, await adminKeyring(), masterKeyId),
  );
  if (!outcome.retired) throw new Refusal(`Not retired: ${outcome.reason}.`);
  if (json) return printJson({ masterKeyId, retired: true });
  print(`The master key ${masterKeyId} is retired: no row is sealed under it, and none can be from now on.`);
}

function show(status: RotationStatus, json: true | undefined): void {
  if (json) {
    printJson(status);
    return;
  }
  printTable(
    ["masterKeyId", "role", "operators", "entities", "events", "replies", "sealingAt", "retiredAt"],
    status.keys.map((key) => [
      key.masterKeyId,
      key.role,
      ...[key.operators, key.entities, key.events, key.replies].map(String),
      key.sealingAt ?? "never",
      key.retiredAt ?? "-",
    ]),
  );
  showUnreadable(status.unreadable);
  for (const { masterKeyId, role, reasons, retirable, retiredAt } of status.keys) {
    if (role === "current" || retiredAt !== null) continue;
    if (retirable) say(`${masterKeyId} may be retired: pnpm admin pii:retire ${masterKeyId}`);
    for (const reason of reasons) say(`${masterKeyId} is still needed: ${reason}.`);
  }
}

const inWords: Readonly<Record<UnreadableField["reason"], string>> = {
  missing: "is missing",
  notEncrypted: "holds no ciphertext",
  undecryptable: "can't be decrypted with the master keys given",
};

function showUnreadable({ rows, fields }: Unreadable): void {
  if (rows === 0) return;
  say(`${rows} rows have encrypted fields that can't be read:`);
  for (const { operatorId, id, field, reason } of fields) {
    say(`${id} of ${operatorId}: the field "${printable(field)}" ${inWords[reason]}.`);
  }
  if (fields.length === unreadableFieldsMax) say(`At most ${unreadableFieldsMax} fields are named.`);
}
