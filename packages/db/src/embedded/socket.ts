import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names the socket file only: nothing listens on TCP. */
export const socketPort = 5432;

/** The kernel takes 107 bytes for a socket's path, macOS 103. */
const pathBytesMax = 100;

/** A folder through which the socket can be reached, and its removal. */
export interface SocketDir {
  readonly host: string;
  release(): void;
}

/**
 * The socket always lies in the data folder, which only its owner may enter. Where that path is too long for the
 * kernel we reach it through a short link of our own in the temporary folder.
 */
export function socketDir(clusterDir: string): SocketDir {
  const path = join(clusterDir, `.s.PGSQL.${socketPort}`);
  if (Buffer.byteLength(path) <= pathBytesMax) return { host: clusterDir, release: () => undefined };
  const dir = mkdtempSync(join(shortTmpdir(), "onehazel-"));
  symlinkSync(clusterDir, join(dir, "pg"));
  return { host: join(dir, "pg"), release: () => rmSync(dir, { recursive: true, force: true }) };
}

function shortTmpdir(): string {
  return Buffer.byteLength(tmpdir()) < pathBytesMax / 2 ? tmpdir() : "/tmp";
}
