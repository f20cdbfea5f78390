import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ConnectionOptions } from "@onehazel/db";
import type { Shape } from "../harness/load/plan.js";
import type { Program } from "../harness/program.js";

/** What every product is asked to do, in its own words. */
export interface PeerWorks {
  readonly create: Shape;
  readonly update: Shape;
  readonly read: Shape;
  readonly bulk: Shape;
}

export type PeerWorkName = keyof PeerWorks;

/** Another product that could do the job. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Its folder under `bench/peers`, with a lockfile of its own. */
  readonly folder: string;
  /** How it is set up, and what its bulk is. */
  readonly setUp: string;
  readonly bulkItems: number;
  /** Starts it on an empty database, of which it is told as superuser, with a table like our entities. */
  start(database: ConnectionOptions, dir: string): Promise<StartedPeer>;
}

export interface StartedPeer {
  readonly program: Program;
  readonly works: PeerWorks;
}

export function folderOf(peer: Pick<Peer, "folder">): string {
  return fileURLToPath(new URL(`../../peers/${peer.folder}/`, import.meta.url));
}

/** Installs what its lockfile says, once. */
export async function install(peer: Peer): Promise<void> {
  if (existsSync(join(folderOf(peer), "node_modules/.package-lock.json"))) return;
  process.stderr.write(`  installing ${peer.name}\n`);
  const args = ["ci", "--no-audit", "--no-fund"];
  await promisify(execFile)("npm", args, { cwd: folderOf(peer), maxBuffer: 64 * 2 ** 20 });
}

/** One that is free now; for programs that want to be told. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

export const json = { "content-type": "application/json" };

/** As many bodies as a bulk has items, each about a thing that no other request has. */
export function bulkOf<T>(items: number, make: (externalId: string) => T): T[] {
  return Array.from({ length: items }, (_, index) => make(`bulk_{serial}_${String(index).padStart(4, "0")}`));
}

/** Asks a peer that has started for something it needs before the load. */
export async function ask(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 500)}`);
  return text === "" ? undefined : JSON.parse(text);
}
