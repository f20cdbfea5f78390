import { statSync } from "node:fs";
import type { Binaries } from "./binaries.js";

/** The user that PostgreSQL runs as when that isn't our own. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` on Linux: present in every image, and needs no useradd. */
const nobody: Account = { uid: 65_534, gid: 65_534 };

/**
 * PostgreSQL refuses to run as root, so root hands over to whom the data belongs already, else to nobody.
 * Undefined: run as ourselves.
 */
export function serverAccount(clusterDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobody;
}

/**
 * How PostgreSQL is told its data folder, given that it starts inside it. An account of another user may be barred
 * from a folder above (a checkout under /root, `mktemp -d`), yet reaches the one it stands in through /proc.
 * Versions before 16 walk away and back while they look for themselves, so theirs is the plain path.
 */
export function dataArgument(
  clusterDir: string,
  account: Account | undefined,
  { majorVersion }: Binaries,
): string {
  return account && process.platform === "linux" && majorVersion >= 16 ? "/proc/self/cwd" : clusterDir;
}
