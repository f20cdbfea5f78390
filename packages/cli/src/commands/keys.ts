import { access } from "node:fs/promises";
import type { Command } from "commander";
import { connect } from "../client.js";
import { storeLogin } from "../credentials/store.js";
import { environment } from "../environment.js";
import { misuse } from "../failures.js";
import { printResult } from "../output.js";
import { createPrivateFile } from "../private-file.js";
import { asRotationError } from "./rotation-error.js";
import { type JsonOption, withJson } from "./shared.js";

interface RotateOptions extends JsonOption {
  readonly keyFile?: string;
  readonly label?: string;
  readonly expiresAt?: string;
}

export function addKeyCommands(program: Command): void {
  const keys = program
    .command("keys")
    .helpCommand(false)
    .summary("rotate the API key")
    .description("API keys.");
  withJson(
    keys
      .command("rotate")
      .summary("replace the key in use")
      .description(
        "Makes a new key, proves that it works, stores it, and only then revokes the one in use. With a login the new key takes its " +
          "place there; with a key from the environment it is written to --key-file. It is never shown. Wherever this stops, the " +
          "key in use before still works, unless the new one is stored.",
      )
      .option("--key-file <file>", "a new file for the new key, readable for you alone")
      .option("--label <text>", "the new key's label; the old one's by default")
      .option("--expires-at <time>", "ISO 8601, or never; must be given if the old key expires"),
    "{oldKeyId, newKeyId, storedIn}",
  ).action(rotate);
}

async function rotate({ keyFile, label, expiresAt, json }: RotateOptions): Promise<void> {
  const { client, baseUrl, from } = await connect();
  if (from === "environment" && keyFile === undefined) {
    throw misuse("The key in use comes from the environment: say by --key-file where the new one is to go");
  }
  if (keyFile !== undefined && (await exists(keyFile))) throw misuse(`${keyFile} exists already`);
  const { configDir } = environment();
  try {
    const { oldKeyId, newKeyId } = await client.apiKeys.rotate({
      handOver: async (apiKey) => {
        if (keyFile !== undefined) await createPrivateFile(keyFile, `${apiKey}\n`);
        if (from === "login") await storeLogin(configDir, { apiKey, baseUrl });
      },
      ...(label === undefined ? {} : { label }),
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === "never" ? null : expiresAt }),
    });
    printResult({ oldKeyId, newKeyId, storedIn: from === "login" ? "login" : keyFile }, json);
  } catch (error) {
    throw asRotationError(error) ?? error;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
