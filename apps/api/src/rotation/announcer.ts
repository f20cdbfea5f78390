import type { Database } from "@onehazel/db";
import type { Logger } from "pino";
import { errorForLog } from "../http/log.js";
import { announceMasterKey } from "./repository.js";

const everyMs = 30_000;

/** The first of the master keys given was retired: nothing may be sealed under it. */
export class RetiredMasterKeyError extends Error {
  override readonly name = "RetiredMasterKeyError";
}

/**
 * Lets the database know which master key this process seals under, now and every half minute until `stop`: so that whoever
 * retires a key learns who has not been restarted. Throws `RetiredMasterKeyError` when it is too late for that.
 */
export async function announceKey(db: Database, masterKeyId: string, log: Logger): Promise<{ stop(): void }> {
  if (await announceMasterKey(db, masterKeyId)) {
    throw new RetiredMasterKeyError(
      `The master key "${masterKeyId}" was retired, and nothing may be sealed under it. Put the current one first.`,
    );
  }
  const timer = setInterval(() => void again(db, masterKeyId, log), everyMs).unref();
  return { stop: () => clearInterval(timer) };
}

async function again(db: Database, masterKeyId: string, log: Logger): Promise<void> {
  try {
    const retired = await announceMasterKey(db, masterKeyId);
    if (retired) log.error({ masterKeyId }, "this process seals under a master key that was retired");
  } catch (error) {
    log.warn({ error: errorForLog(error) }, "could not say which master key is in use");
  }
}
