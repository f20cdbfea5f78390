import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectionOptions } from "@onehazel/db";
import { z } from "zod";
import { createPlatform, listPlatforms } from "../platforms/service.js";

const demoCredentials = z.object({
  baseUrl: z.url(),
  platformId: z.string(),
  platformKey: z.string(),
  operatorId: z.string(),
  operatorKey: z.string(),
});

/** What `.onehazel/credentials.json` holds: a newcomer's way in. */
export type DemoCredentials = z.infer<typeof demoCredentials>;

/** Where the demo is made: `mayHaveTwin` says that PostgreSQL ran already, so another server may be using this folder. */
export interface DemoPlace {
  readonly owner: ConnectionOptions;
  readonly dataDir: string;
  readonly mayHaveTwin: boolean;
}

/** The demo's file, and whether the keys in it work: somebody may have rotated or revoked them, or suspended the operator. */
export interface Demo {
  readonly file: string;
  readonly works: boolean;
}

/**
 * Makes a demo platform, operator and keys unless the database knows the platform of an earlier start: then the file stays what it
 * is, whatever has become of its keys. While the server that the file leads to still answers, the file is its own: a second one
 * leaves it alone.
 */
export async function ensureDemo({ owner, dataDir, mayHaveTwin }: DemoPlace, baseUrl: string): Promise<Demo> {
  const file = join(dataDir, "credentials.json");
  const kept = await readKnown(file, owner);
  const credentials = kept ?? (await createDemo(owner, baseUrl));
  const isOfTwin = kept !== undefined && mayHaveTwin && (await answers(kept.baseUrl));
  if (!isOfTwin) await writeWhole(file, `${JSON.stringify({ ...credentials, baseUrl }, null, 2)}\n`);
  return { file, works: await works(baseUrl, credentials) };
}

/** Whoever reads meanwhile finds the old file or the new one, never a part, and nobody else's eyes do. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Undefined where there is no such file, or it is of another database than this. */
async function readKnown(file: string, owner: ConnectionOptions): Promise<DemoCredentials | undefined> {
  let kept: DemoCredentials;
  try {
    kept = demoCredentials.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
  const platforms = await listPlatforms(owner);
  return platforms.some(({ platformId }) => platformId === kept.platformId) ? kept : undefined;
}

async function works(baseUrl: string, { operatorKey, platformKey }: DemoCredentials): Promise<boolean> {
  const operator = await fetch(`${baseUrl}/api-keys`, {
    headers: { authorization: `Bearer ${operatorKey}` },
  });
  const platform = await fetch(`${baseUrl}/platform-api/operators?limit=1`, {
    headers: { authorization: `Bearer ${platformKey}` },
  });
  return operator.status !== 401 && platform.status !== 401;
}

const twinTimeoutMs = 2_000;

/** Asked without a key: whoever has that port by now may be a stranger. */
async function answers(baseUrl: string): Promise<boolean> {
  const signal = AbortSignal.timeout(twinTimeoutMs);
  return fetch(new URL("/livez", baseUrl), { signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function createDemo(owner: ConnectionOptions, baseUrl: string): Promise<DemoCredentials> {
  const { platformId, platformKey } = await createPlatform(owner, { name: "Demo platform" });
  const operator = await call<{ id: string }>("POST", `${baseUrl}/platform-api/operators`, platformKey, {
    name: "Demo operator",
    industry: "igaming",
  });
  const key = await call<{ key: string }>(
    "POST",
    `${baseUrl}/platform-api/operators/${operator.id}/api-keys`,
    platformKey,
    { label: "Demo" },
  );
  await call("PUT", `${baseUrl}/operator-data-api/settings`, key.key, { templateId: "tpl_igaming" });
  return { baseUrl, platformId, platformKey, operatorId: operator.id, operatorKey: key.key };
}

async function call<T>(method: string, url: string, key: string, body: object): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`the demo could not be set up: ${response.status} from ${new URL(url).pathname}`);
  return ((await response.json()) as { data: T }).data;
}
