import type { Command } from "commander";
import { clientFor, connect } from "../client.js";
import { readSecret } from "../credentials/secret-input.js";
import { loginPath, removeLogin, storeLogin } from "../credentials/store.js";
import { environment } from "../environment.js";
import { misuse } from "../failures.js";
import { printResult, say } from "../output.js";
import { type JsonOption, withJson } from "./shared.js";

const keyShape = "{operatorId, keyId, label, access, expiresAt, baseUrl, from}";

export function addSessionCommands(program: Command): void {
  withJson(
    program
      .command("login")
      .summary("store an API key for this user of this machine")
      .description(
        "Reads an operator's API key from a prompt that shows nothing, or from standard input if something is piped in; proves that " +
          "it works; and stores it, readable for you alone, under ONEHAZEL_CONFIG_DIR, or XDG_CONFIG_HOME/onehazel, or " +
          "~/.config/onehazel. A key is never taken from the arguments: those are seen by everybody on the machine.",
      )
      .requiredOption(
        "--base-url <url>",
        "where the API is; ONEHAZEL_BASE_URL serves too",
        environment().baseUrl,
      ),
    keyShape,
  )
    .addHelpText("after", "\nExample:\n  onehazel login --base-url https://onehazel.example.com < key.txt")
    .action(login);
  withJson(
    program
      .command("logout")
      .summary("forget the stored key")
      .description("Removes the stored key. It stays valid: `keys rotate` or revoke it."),
    "{loggedOut}",
  ).action(logout);
  withJson(
    program
      .command("whoami")
      .summary("tell which operator and key this is")
      .description("Asks the server which of the operator's keys this one is, by its SHA-256."),
    keyShape,
  ).action(whoami);
}

async function login({ baseUrl, json }: JsonOption & { readonly baseUrl: string }): Promise<void> {
  const apiKey = await readSecret(`API key for ${baseUrl} (nothing is shown): `);
  if (apiKey === "") throw misuse("No key was given");
  const current = await clientFor({ apiKey, baseUrl }).apiKeys.current();
  const { configDir, apiKey: fromEnvironment } = environment();
  await storeLogin(configDir, { apiKey, baseUrl });
  if (fromEnvironment !== undefined) say("ONEHAZEL_API_KEY is set and goes before the stored key");
  if (!json) say(`Stored in ${loginPath(configDir)}`);
  printResult(described(current, baseUrl, "login"), json);
}

async function logout({ json }: JsonOption): Promise<void> {
  const loggedOut = await removeLogin(environment().configDir);
  printResult({ loggedOut }, json);
}

async function whoami({ json }: JsonOption): Promise<void> {
  const { client, baseUrl, from } = await connect();
  printResult(described(await client.apiKeys.current(), baseUrl, from), json);
}

interface ListedKey {
  readonly id: string;
  readonly operatorId: string;
  readonly label: string | null;
  readonly access: string;
  readonly expiresAt: string | null;
}

function described(key: ListedKey, baseUrl: string, from: string): Record<string, unknown> {
  const { operatorId, id: keyId, label, access, expiresAt } = key;
  return { operatorId, keyId, label, access, expiresAt, baseUrl, from };
}
