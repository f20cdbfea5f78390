import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { exitCode } from "../exit-codes.js";
import { Failure, misuse } from "../failures.js";
import { replacePrivateFile } from "../private-file.js";

/** What `login` keeps. The key is sent to this host and no other. */
export interface StoredLogin {
  readonly baseUrl: string;
  readonly apiKey: string;
}

export function loginPath(configDir: string): string {
  return join(configDir, "credentials.json");
}

export async function storeLogin(configDir: string, { baseUrl, apiKey }: StoredLogin): Promise<void> {
  await mkdir(configDir, { recursive: true, mode: 0o700 });
  await replacePrivateFile(loginPath(configDir), `${JSON.stringify({ baseUrl, apiKey })}\n`);
}

/** @throws Failure if others may read the file, as ssh does, or if it is damaged. */
export async function readLogin(configDir: string): Promise<StoredLogin | undefined> {
  const path = loginPath(configDir);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
    throw new Failure(
      `${path} can be read by others: chmod 600 it, and rotate the key if somebody may have`,
      exitCode.refused,
      "LOGIN_EXPOSED",
    );
  }
  const stored = parse(await readFile(path, "utf8"));
  if (stored === undefined) throw misuse(`${path} is damaged: log in again`);
  return stored;
}

/** Whether there was one. */
export async function removeLogin(configDir: string): Promise<boolean> {
  const path = loginPath(configDir);
  const isThere = (await stat(path).catch(() => undefined)) !== undefined;
  await rm(path, { force: true });
  return isThere;
}

function parse(text: string): StoredLogin | undefined {
  try {
    const { baseUrl, apiKey } = JSON.parse(text);
    return typeof baseUrl === "string" && typeof apiKey === "string" ? { baseUrl, apiKey } : undefined;
  } catch {
    return undefined;
  }
}
