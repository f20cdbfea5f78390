import type { Command } from "commander";
import { createPlatformKey, listPlatformKeys, revokePlatformKey } from "../platforms/service.js";
import { Refusal } from "../start/refusal.js";
import { say } from "../start/say.js";
import { print, printable, printJson, printTable } from "./output.js";
import { withDatabase } from "./owner.js";
import { text } from "./values.js";

const ready = { upToDate: true, owner: true };
const platformOption = [
  "--platform <platformId>",
  "plat_ and 16 hex digits, as platform:list shows",
] as const;

export function addPlatformKeyCommands(program: Command): void {
  program
    .command("platform:key:create")
    .summary("make a further key for a platform")
    .description("Makes a further key for a platform. It is shown this once: only its hash is stored.")
    .requiredOption(...platformOption)
    .option("--label <label>", "1 to 100 characters", text(100))
    .option("--json", 'one line: {"keyId":…,"platformKey":…}')
    .addHelpText(
      "after",
      "\nExample:\n  pnpm admin platform:key:create --platform plat_0123456789abcdef --label rollout",
    )
    .action(create);
  program
    .command("platform:key:list")
    .summary("list a platform's keys, newest first")
    .description("Lists a platform's keys, newest first, revoked ones included.")
    .requiredOption(...platformOption)
    .option("--json", "one line: an array of {keyId, keyHash, label, createdAt, lastUsedAt, revoked}")
    .addHelpText("after", "\nExample:\n  pnpm admin platform:key:list --platform plat_0123456789abcdef")
    .action(list);
  program
    .command("platform:key:revoke")
    .summary("revoke a platform's key")
    .description("Revokes a platform's key. It stops working with the next request, on every server.")
    .requiredOption(...platformOption)
    .requiredOption("--key <keyId>", "a UUID, as platform:key:list shows")
    .option("--json", 'one line: {"keyId":…,"platformId":…,"revoked":true}')
    .addHelpText(
      "after",
      "\nExample:\n  pnpm admin platform:key:revoke --platform plat_0123456789abcdef --key 6f1c2d3e-0000-4000-8000-123456789abc",
    )
    .action(revoke);
}

interface Options {
  readonly platform: string;
  readonly json?: true;
}

async function create({ platform, label, json }: Options & { label?: string }): Promise<void> {
  const made = await withDatabase(ready, (owner) => createPlatformKey(owner, platform, label));
  if (made === undefined) throw unknownPlatform(platform);
  if (json) return printJson(made);
  print(`keyId        ${made.keyId}\nplatformKey  ${made.platformKey}`);
  say("Keep the key now: it is not stored, and nothing shows it again.");
}

async function list({ platform, json }: Options): Promise<void> {
  const keys = await withDatabase(ready, (owner) => listPlatformKeys(owner, platform));
  if (keys === undefined) throw unknownPlatform(platform);
  if (json) return printJson(keys);
  printTable(
    ["keyId", "createdAt", "lastUsedAt", "state", "keyHash", "label"],
    keys.map((key) => [
      key.keyId,
      key.createdAt,
      key.lastUsedAt ?? "never",
      key.revoked ? "revoked" : "active",
      `${key.keyHash.slice(0, 8)}…${key.keyHash.slice(-4)}`,
      printable(key.label ?? ""),
    ]),
  );
}

async function revoke({ platform, key, json }: Options & { key: string }): Promise<void> {
  const outcome = await withDatabase(ready, (owner) => revokePlatformKey(owner, platform, key));
  if (outcome === undefined) throw unknownPlatform(platform);
  if (!outcome.found) throw new Refusal(`The platform ${platform} has no key ${JSON.stringify(key)}.`);
  if (outcome.activeLeft === 0) {
    say(`That was its last key. Another: pnpm admin platform:key:create --platform ${platform}`);
  }
  if (json) return printJson({ keyId: key, platformId: platform, revoked: true });
  print(`The key ${key} of ${platform} is revoked.`);
}

function unknownPlatform(id: string): Refusal {
  return new Refusal(`There is no platform ${JSON.stringify(id)}. See: pnpm admin platform:list`);
}
