import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateMasterKey } from "@onehazel/crypto";
import { type Database, migrate, openDatabase } from "@onehazel/db";
import { type EmbeddedPostgres, startEmbedded } from "@onehazel/db/embedded";
import type { Logger } from "pino";
import type { Config } from "../config.js";
import { openServerPool } from "./database.js";

export interface EmbeddedDatabase {
  readonly db: Database;
  readonly postgres: EmbeddedPostgres;
}

/** Starts the bundled PostgreSQL under the data folder, migrates it as its owner, and opens the server's pool. */
export async function openEmbeddedDatabase(
  config: Config,
  log: Logger,
  say: (message: string) => void,
  signal: AbortSignal,
): Promise<EmbeddedDatabase> {
  const dataDir = join(config.dataDir, "postgres");
  const postgres = await startEmbedded({
    dataDir,
    log: {
      info: (message: string) => log.debug(message),
      warn: (message: string) => log.warn(message),
      error: (message: string) => log.error(message),
    } as never,
    onProgress: say,
    signal,
  });
  try {
    await migrate(postgres.owner, { onProgress: say });
    await letRolesLogIn(postgres);
    return { db: openServerPool(postgres.as("onehazel_server"), config, log), postgres };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function letRolesLogIn(postgres: EmbeddedPostgres): Promise<void> {
  const admin = openDatabase({ ...postgres.superuser, poolMax: 1 });
  try {
    for (const role of ["onehazel_server", "onehazel_worker"])
      await admin.pool.query(`alter role ${role} login`);
  } finally {
    await admin.close();
  }
}

/** The development default's own master key: made once and kept beside its data. Nowhere else is one made up. */
export async function embeddedMasterKeys(config: Config): Promise<string> {
  const file = join(config.dataDir, "master-keys");
  await mkdir(config.dataDir, { recursive: true });
  // `wx`: of two first starts one writes, and both read what was written.
  await writeFile(file, `${generateMasterKey("dev1")}\n`, { mode: 0o600, flag: "wx" }).catch((error) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
  return (await readFile(file, "utf8")).trim();
}
