import { mkdir, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Refusal } from "./refusal.js";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "it lies on a file system that is read-only",
  ENOTDIR: "a file stands where a folder should",
  EEXIST: "a file stands where a folder should",
  ENOENT: "no folder can be made there",
  ENOSPC: "the disk is full",
  EDQUOT: "this user's share of the disk is full",
  ENAMETOOLONG: "the path is too long",
  ELOOP: "its links lead in a circle",
};

/** Makes the data folder if it is missing, and tries that something can be made in it. Throws `Refusal`. */
export async function ensureDataDir(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir);
    // The kernel's answer, where a look at the mode would only be a guess: root, lists of rights, read-only mounts.
    await rmdir(await mkdtemp(join(dataDir, "new-")));
  } catch (error) {
    throw dataDirFault(dataDir, error);
  }
}

/** What an error of the file system means for the data folder; other errors are handed back as they are. */
export function dataDirFault(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new Refusal(
    `ONEHAZEL_DATA_DIR: ${path} can't be used: ${reasons[code] ?? "the system refuses"} (${code}). Set the variable to a ` +
      "folder that this user can write, or run as the user who owns this one.",
    { cause: error },
  );
}

/** Step by step: Node's own `recursive` never ends where the system denies folders that it says are missing, as under /proc. */
async function makeFolder(path: string): Promise<void> {
  const error = await mkdir(path).catch((caught: NodeJS.ErrnoException) => caught);
  if (error === undefined || (await isFolder(path))) return;
  if (error.code !== "ENOENT" || dirname(path) === path) throw error;
  await makeFolder(dirname(path));
  await mkdir(path).catch(async (caught) => {
    // A twin that starts at this moment may have made it.
    if (!(await isFolder(path))) throw caught;
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
