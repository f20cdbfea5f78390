import type { Database } from "./connect.js";

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
 * What was read of an operator's key a moment ago: `stamp` stands for all of it. A function that is given one does nothing unless
 * it is still so, whatever the caller remembers.
 */
export interface CredentialProof {
  readonly credentialHash: Buffer;
  readonly stamp: Buffer;
}

/** The SQLSTATEs with which the functions refuse, and what they say. */
const refusals: Readonly<Record<string, "stale" | "missing">> = {
  OH001: "stale",
  OH002: "missing",
  OH003: "stale",
};

/** Why a function of the database did not write, if that is what an error says. */
export function refusalOf(error: unknown): "stale" | "missing" | undefined {
  return refusals[(error as { code?: string }).code ?? ""];
}

/**
 * Calls one of the functions that are a write from scope to remembered reply, in one round trip. Its last five parameters are the
 * Idempotency-Key's and the credential's.
 *
 * @example
 * const outcome = await callHotWrite(db, "set_state", [operatorId, externalId, key, json, templateRef, reply], { proof });
 */
export async function callHotWrite(
  db: Database,
  name: "upsert_entity" | "record_event" | "set_state",
  values: readonly unknown[],
  under: { readonly idempotency?: ClaimedKey | undefined; readonly proof?: CredentialProof | undefined },
): Promise<WriteOutcome> {
  const { keyHash = null, fingerprint = null, masterKeyId = null } = under.idempotency ?? {};
  const { credentialHash = null, stamp = null } = under.proof ?? {};
  const all = [...values, keyHash, fingerprint, masterKeyId, credentialHash, stamp];
  try {
    const places = all.map((_, index) => `$${index + 1}`).join(", ");
    const { rows } = await db.query(name, `select * from ${name}(${places})`, all);
    return rows[0] as WriteOutcome;
  } catch (error) {
    const outcome = refusalOf(error);
    if (outcome === undefined) throw error;
    return { outcome };
  }
}
