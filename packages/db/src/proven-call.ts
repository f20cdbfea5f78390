import type pg from "pg";
import type { Database } from "./database.js";
import type { PreparedStatement } from "./prepared-query.js";

/**
 * What was read of an operator's key a moment ago: `stamp` stands for all of it. A function that is given one does nothing unless
 * it is still so, whatever the caller remembers. Calls under the same object share what it costs to look.
 */
export interface CredentialProof {
  readonly credentialHash: Buffer;
  readonly stamp: Buffer;
}

/** The SQLSTATEs with which the functions refuse: the template, or the credential, is another by now. */
const staleStates = new Set(["OH001", "OH003"]);

/** Whether a function of the database did nothing because what it was given has changed meanwhile. */
export function isStaleCall(error: unknown): boolean {
  return staleStates.has((error as { code?: string }).code ?? "");
}

/** A write by a function whose last two parameters are a proof: without them. */
export interface ProvenWrite extends PreparedStatement {
  /** What it writes to: those that go together are ordered by it. */
  readonly about: string;
  /** Of its Idempotency-Key. */
  readonly keyHash: Buffer | undefined;
}

/** Calls it, with others under the same proof that come at once; without a proof always by itself. */
export function writeProven<Row extends pg.QueryResultRow>(
  db: Database,
  { name, text, values, about, keyHash }: ProvenWrite,
  proof: CredentialProof | undefined,
): Promise<pg.QueryResult<Row>> {
  if (proof === undefined) return db.query<Row>(name, text, [...values, null, null]);
  const { credentialHash, stamp } = proof;
  return db.queryGrouped<Row>(proof, {
    name,
    text,
    values: [...values, credentialHash, stamp],
    // To the functions a stamp without a hash says that an earlier call of this transaction has held it.
    valuesAfter: [...values, null, stamp],
    orderBy: about,
    keyHash,
  });
}

/** A read by a function of a tenant, of ids and of a proof. */
export interface ProvenRead {
  readonly name: string;
  readonly text: string;
  readonly operatorId: string;
  readonly id: string;
}

/** Calls it, with others under the same proof that come at once: resolves with the rows of all of them. */
export function readProven<Row extends pg.QueryResultRow>(
  db: Database,
  { name, text, operatorId, id }: ProvenRead,
  proof: CredentialProof | undefined,
): Promise<pg.QueryResult<Row>> {
  if (proof === undefined) return db.query<Row>(name, text, [operatorId, [id], null, null]);
  const { credentialHash, stamp } = proof;
  const valuesFor = (ids: readonly string[]) => [operatorId, ids, credentialHash, stamp];
  return db.queryMerged<Row>(proof, { name, text, id, valuesFor });
}
