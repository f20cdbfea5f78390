import type { Database } from "./database.js";
import { type CredentialProof, isStaleCall, writeProven } from "./proven-call.js";

/**
 * What became of a hot write. `stale`: what it was prepared with, the credential or its template, has changed. `missing`: the thing that it is about is
 * not there. `remembered`: what the row of its Idempotency-Key holds.
 */
export type WriteOutcome =
  | { readonly outcome: "executed"; readonly status: number; readonly reply: string }
  | {
      readonly outcome: "remembered";
      readonly status: number | null;
      readonly reply: string | null;
      readonly fingerprint: Buffer | null;
      readonly fingerprint_master_key_id: string | null;
      readonly erased: boolean;
    }
  | { readonly outcome: "stale" | "missing" };

/** An Idempotency-Key as the functions take it. */
interface ClaimedKey {
  readonly keyHash: Buffer;
  readonly fingerprint: Buffer;
  readonly masterKeyId: string;
}

/**
 * Calls one of the functions that are a write from scope to remembered reply, in one round trip. Its last five parameters are the
 * Idempotency-Key's and the credential's. Under load it shares that round trip with others of the same credential; they are ordered by
 * the `externalId` and then the `stateKey` that they are about.
 *
 * @example
 * const values = [operatorId, externalId, key, json, templateRef, reply];
 * const outcome = await callHotWrite(db, "set_state", values, { externalId, stateKey, proof });
 */
export async function callHotWrite(
  db: Database,
  name: "upsert_entity" | "record_event" | "set_state",
  values: readonly unknown[],
  under: {
    readonly externalId: string;
    /** Of a state, whose row is locked after its entity's. */
    readonly stateKey?: string;
    readonly idempotency?: ClaimedKey | undefined;
    readonly proof?: CredentialProof | undefined;
  },
): Promise<WriteOutcome> {
  const { externalId, stateKey } = under;
  // No external id has a NUL in it, so an entity's states come right after what is about itself.
  const about = stateKey === undefined ? externalId : `${externalId}\0${stateKey}`;
  const { keyHash = null, fingerprint = null, masterKeyId = null } = under.idempotency ?? {};
  const write = [...values, keyHash, fingerprint, masterKeyId];
  const places = Array.from({ length: write.length + 2 }, (_, index) => `$${index + 1}`).join(", ");
  const text = `select * from ${name}(${places})`;
  const call = { name, text, values: write, about, keyHash: under.idempotency?.keyHash };
  try {
    const { rows } = await writeProven(db, call, under.proof);
    return rows[0] as unknown as WriteOutcome;
  } catch (error) {
    if (isStaleCall(error)) return { outcome: "stale" };
    throw error;
  }
}
