import { rateLimitMax, rateLimits } from "@onehazel/spec";
import type { Command } from "commander";
import { createPlatform, listPlatforms } from "../platforms/service.js";
import { say } from "../start/say.js";
import { print, printable, printJson, printTable } from "./output.js";
import { withDatabase } from "./owner.js";
import { managementLimit, text } from "./values.js";

const ready = { upToDate: true, owner: true };

export function addPlatformCommands(program: Command): void {
  program
    .command("platform:create")
    .summary("make a platform and its first key")
    .description("Makes a platform and its first key. The key is shown this once: only its hash is stored.")
    .requiredOption("--name <name>", "1 to 200 characters", text(200))
    .option(
      "--management-limit <calls>",
      `calls a minute of its keys, 1 to ${rateLimitMax} (default: ${rateLimits.quotas.management})`,
      managementLimit,
    )
    .option("--json", 'one line: {"platformId":…,"platformKey":…}')
    .addHelpText("after", '\nExample:\n  pnpm admin platform:create --name "Acme Games" --json')
    .action(create);
  program
    .command("platform:list")
    .summary("list the platforms, oldest first")
    .description("Lists the platforms, oldest first.")
    .option("--json", "one line: an array of {platformId, name, managementLimit, operators, createdAt}")
    .addHelpText("after", "\nExample:\n  pnpm admin platform:list")
    .action(list);
}

interface CreateOptions {
  readonly name: string;
  readonly managementLimit?: number;
  readonly json?: true;
}

async function create({ name, managementLimit: limit, json }: CreateOptions): Promise<void> {
  const made = await withDatabase(ready, (owner) => createPlatform(owner, { name, managementLimit: limit }));
  if (json) return printJson(made);
  print(`platformId   ${made.platformId}\nplatformKey  ${made.platformKey}`);
  say("Keep the key now: it is not stored, and nothing shows it again.");
}

async function list({ json }: { json?: true }): Promise<void> {
  const platforms = await withDatabase(ready, listPlatforms);
  if (json) return printJson(platforms);
  if (platforms.length === 0)
    return say("There is no platform yet: pnpm admin platform:create --name <name>");
  printTable(
    ["platformId", "createdAt", "operators", "managementLimit", "name"],
    platforms.map((platform) => [
      platform.platformId,
      platform.createdAt,
      String(platform.operators),
      String(platform.managementLimit ?? "default"),
      printable(platform.name),
    ]),
  );
}
