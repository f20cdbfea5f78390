import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Account, dataArgument } from "./account.js";
import type { Binaries } from "./binaries.js";
import { EmbeddedPostgresError } from "./failure.js";
import { isAlive } from "./postmaster-file.js";
import { run } from "./run.js";

export const superuserName = "postgres";

interface ClusterOptions {
  readonly clusterDir: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly durable: boolean;
  readonly onProgress?: (message: string) => void;
}

/**
 * Makes the data folder if there is none. It is made under another name and put in place whole, so that a start
 * that is killed, or a second one at the same time, never meets half a cluster.
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { clusterDir, binaries, account } = options;
  const made = await clusterVersion(clusterDir);
  if (made !== undefined) return assertVersion(made, binaries.majorVersion, clusterDir);
  options.onProgress?.("preparing the database folder (first start)");
  await mkdir(dirname(clusterDir), { recursive: true });
  await removeAbandonedDrafts(clusterDir);
  const draft = await mkdtemp(`${clusterDir}.new-${process.pid}-`);
  try {
    await chmod(draft, 0o700);
    if (account) await chown(draft, account.uid, account.gid);
    const args = initdbArguments(options, draft);
    await run("Making the database folder", binaries.initdb, args, { cwd: draft, ...account });
    await rename(draft, clusterDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if ((await clusterVersion(clusterDir)) === undefined) throw error;
  }
}

function initdbArguments({ binaries, account, durable }: ClusterOptions, draft: string): string[] {
  // Code point order everywhere, and upper and lower case of every script.
  const locale =
    binaries.majorVersion >= 17
      ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
      : ["--locale=C.UTF-8"];
  return [
    `--pgdata=${dataArgument(draft, account, binaries)}`,
    `--username=${superuserName}`,
    "--encoding=UTF8",
    ...locale,
    "--auth-local=trust",
    "--auth-host=reject",
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
  ];
}

async function clusterVersion(clusterDir: string): Promise<number | undefined> {
  try {
    return Number(await readFile(join(clusterDir, "PG_VERSION"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new EmbeddedPostgresError(`The database folder ${clusterDir} can't be read by this user.`, {
      cause: error,
    });
  }
}

function assertVersion(made: number, bundled: number, clusterDir: string): void {
  if (made === bundled) return;
  throw new EmbeddedPostgresError(
    `The database folder ${clusterDir} was made by PostgreSQL ${made}, the bundled one is ${bundled}. ` +
      "Move the folder away to start empty, or serve it with its own version and set DATABASE_URL.",
  );
}

async function removeAbandonedDrafts(clusterDir: string): Promise<void> {
  const prefix = `${basename(clusterDir)}.new-`;
  for (const name of await readdir(dirname(clusterDir))) {
    const maker = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (Number.isNaN(maker) || isAlive(maker)) continue;
    await rm(join(dirname(clusterDir), name), { recursive: true, force: true });
  }
}
