import type pg from "pg";
import type { Database } from "./connect.js";
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

/** A call of a function whose last two parameters are a proof: without them. */
export interface ProvenCall extends PreparedStatement {
  /** What it is about: those that go together are ordered by it. */
  readonly about: string;
}

/** Calls it, under load in one transaction with others under the same proof; without a proof always by itself. */
export function callProven<Row extends pg.QueryResultRow>(
  db: Database,
  kind: "reads" | "writes",
  { name, text, values, about }: ProvenCall,
  proof: CredentialProof | undefined,
): Promise<pg.QueryResult<Row>> {
  if (proof === undefined) return db.query<Row>(name, text, [...values, null, null]);
  const { credentialHash, stamp } = proof;
  return db.queryGrouped<Row>(kind, proof, {
    name,
    text,
    values: [...values, credentialHash, stamp],
    // To the functions a stamp without a hash says that an earlier call of this transaction has held it.
    valuesAfter: [...values, null, stamp],
    orderBy: about,
  });
}
