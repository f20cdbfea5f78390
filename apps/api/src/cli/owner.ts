import type { Keyring } from "@onehazel/crypto";
import { type ConnectionOptions, migrationStatus, openDatabase } from "@onehazel/db";
import { type AdminConfig, readAdminConfig, readAdminKeyring } from "../config.js";
import { prepareEmbedded, startPostgres } from "../start/embedded.js";
import { inspect } from "../start/inspect.js";
import { keptMasterKeys } from "../start/master-keys.js";
import { Refusal } from "../start/refusal.js";
import { say } from "../start/say.js";
import { whenAskedToStop } from "../start/signals.js";

/** `upToDate`: the schema has to be this build's. `owner`: the login has to own it; looking at it needs no owner. */
export interface Need {
  readonly upToDate: boolean;
  readonly owner: boolean;
}

/** Does one piece of work on the database that the environment names. Throws `Refusal` and `ConfigError`. */
export async function withDatabase<T>(
  need: Need,
  work: (connection: ConnectionOptions) => Promise<T>,
): Promise<T> {
  const config = readAdminConfig();
  const connectionString = config.databaseOwnerUrl ?? config.databaseUrl;
  if (connectionString === undefined) return withEmbedded(config, need, work);
  const setting = config.databaseOwnerUrl === undefined ? "DATABASE_URL" : "DATABASE_OWNER_URL";
  const { ownsSchema } = await inspect({ connectionString }, setting);
  if (need.owner && !ownsSchema) {
    throw new Refusal(`${setting} does not own the schema. Set DATABASE_OWNER_URL to a login that does.`);
  }
  if (need.upToDate) await refuseOutdated({ connectionString });
  return work({ connectionString });
}

/** The master keys of the database that `withDatabase` opens. Throws `Refusal` and `ConfigError`. */
export async function adminKeyring(): Promise<Keyring> {
  const keyring = readAdminKeyring();
  if (keyring !== undefined) return keyring;
  const { databaseOwnerUrl, databaseUrl, dataDir } = readAdminConfig();
  if ((databaseOwnerUrl ?? databaseUrl) === undefined) return keptMasterKeys(dataDir);
  throw new Refusal(
    "The master keys are needed for this: set ONEHAZEL_MASTER_KEYS, ONEHAZEL_MASTER_KEYS_FILE or " +
      "ONEHAZEL_MASTER_KEYS_COMMAND as for the server.",
  );
}

async function refuseOutdated(connection: ConnectionOptions): Promise<void> {
  const db = openDatabase({ ...connection, poolMax: 1 });
  try {
    const { pending, functionsCurrent, isNewer } = await migrationStatus(db);
    if (pending.length === 0 && (functionsCurrent || isNewer)) return;
    throw new Refusal("The database is not up to date. Run `pnpm admin migrate` first.");
  } finally {
    await db.close();
  }
}

/** The development default is brought up to date without being asked, as `pnpm start` does. */
async function withEmbedded<T>(
  { dataDir, masterKeysGiven }: AdminConfig,
  need: Need,
  work: (connection: ConnectionOptions) => Promise<T>,
): Promise<T> {
  const { signal } = whenAskedToStop();
  if (!masterKeysGiven) await keptMasterKeys(dataDir);
  const postgres = await startPostgres({ dataDir, log: { info: () => undefined, warn: say }, say, signal });
  try {
    if (need.upToDate) await prepareEmbedded(postgres, say);
    return await work(postgres.owner);
  } finally {
    await postgres.stop();
  }
}
