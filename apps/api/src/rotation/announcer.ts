import { type Keyring, serverHmac } from "@onehazel/crypto";
import type { Database } from "@onehazel/db";
import type { Logger } from "pino";
import { errorForLog } from "../http/log.js";
import { announceMasterKeys } from "./repository.js";

const announceEveryMs = 30_000;

/** Nothing may be sealed under the first of the master keys given: it was retired, or is another key under a known id. */
export class UnusableMasterKeyError extends Error {
  override readonly name = "UnusableMasterKeyError";
}

/** A process that says which master key it seals under. */
export interface Announcing {
  /** Whether the database takes this process' keys, as it said last. */
  isSound(): boolean;
  stop(): void;
}

/**
 * Lets the database know which master key this process seals under, now and every half minute until `stop`: so that whoever
 * retires a key learns who has not been restarted. Throws `UnusableMasterKeyError` when nothing may be sealed under it.
 */
export async function announceKeys(
  db: Database,
  keyring: Keyring,
  log: Logger,
  everyMs = announceEveryMs,
): Promise<Announcing> {
  await refuseUnusable(db, keyring, { stays: true });
  let sound = true;
  const again = async () => {
    try {
      await refuseUnusable(db, keyring, { stays: true });
      sound = true;
    } catch (error) {
      if (!(error instanceof UnusableMasterKeyError)) {
        log.warn({ error: errorForLog(error) }, "could not say which master key is in use");
        return;
      }
      sound = false;
      log.error(error.message);
    }
  };
  const timer = setInterval(() => void again(), everyMs).unref();
  return { isSound: () => sound, stop: () => clearInterval(timer) };
}

/** Asks once, and says it too where the process stays. Throws `UnusableMasterKeyError`. */
export async function refuseUnusable(
  db: Database,
  keyring: Keyring,
  { stays }: { readonly stays: boolean },
): Promise<void> {
  const checkValues = keyring.ids.map((id) => serverHmac(keyring, id, "check", []));
  const { retired, mismatched } = await announceMasterKeys(db, keyring.ids, checkValues, stays);
  if (mismatched.length > 0) {
    throw new UnusableMasterKeyError(
      `The master key "${mismatched.join('", "')}" is not the one that this database knows under that id: its bytes are others. ` +
        "Give the right one, or a new one under a new id.",
    );
  }
  if (retired) {
    throw new UnusableMasterKeyError(
      `The master key "${keyring.current.id}" was retired, and nothing may be sealed under it. Put the current one first.`,
    );
  }
}
