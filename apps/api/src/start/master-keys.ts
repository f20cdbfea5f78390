import { existsSync } from "node:fs";
import { link, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateMasterKey, type Keyring, MasterKeyError, parseMasterKeys } from "@onehazel/crypto";
import { dataDirFault, ensureDataDir } from "./data-dir.js";
import { postgresDir } from "./embedded.js";
import { Refusal } from "./refusal.js";

/**
 * The development default's own master key: made once and kept beside its data. Nowhere else is one made up, and not even here
 * for data that exists: what was sealed under a lost key stays shut. Throws `Refusal` then.
 */
export async function keptMasterKeys(dataDir: string): Promise<Keyring> {
  const file = join(dataDir, "master-keys");
  if (!existsSync(file)) {
    if (existsSync(postgresDir(dataDir))) {
      throw new Refusal(
        `${file} is gone, and what was sealed under it can't be read without it. Put it back (or set ONEHAZEL_MASTER_KEYS), ` +
          `or remove ${dataDir} to start anew.`,
      );
    }
    await make(file, dataDir);
  }
  try {
    return parseMasterKeys(await readFile(file, "utf8"));
  } catch (error) {
    throw error instanceof MasterKeyError
      ? new Refusal(`${file}: ${error.message}.`)
      : dataDirFault(file, error);
  }
}

/** Written aside and linked into place: of two first starts one wins, and nobody ever reads half a file. */
async function make(file: string, dataDir: string): Promise<void> {
  await ensureDataDir(dataDir);
  const draft = await mkdtemp(join(dataDir, "new-"));
  try {
    await writeFile(join(draft, "master-keys"), `${generateMasterKey("dev1")}\n`, { mode: 0o600 });
    await link(join(draft, "master-keys"), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
