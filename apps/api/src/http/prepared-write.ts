import { inTenant } from "@onehazel/db";
import type { Context } from "./context.js";
import type { OperatorCredential } from "./credential.js";
import { unavailable } from "./errors.js";
import { type RememberedRow, replay } from "./idempotency/remembered.js";
import { findLiveKey } from "./idempotency/repository.js";
import type { TextReply } from "./operation.js";

/** How often a write is prepared anew because its template changes under it. */
const attemptsMax = 4;

/** What a hot path's function says; undefined when the template has changed since the write was prepared. */
export type WriteOutcome =
  | { readonly outcome: "executed"; readonly status: number; readonly reply: string }
  | ({ readonly outcome: "remembered" } & RememberedRow);

/** The parts in which hot writes differ. */
export interface PreparedWrite<Write> {
  /** Holds the request against the credential's template. Throws what the template refuses. */
  readonly prepare: (credential: OperatorCredential) => Write | Promise<Write>;
  /** One round trip, or one transaction. */
  readonly write: (write: Write) => Promise<WriteOutcome | undefined>;
  /** What goes before a refusal of the template: that the thing is not there at all. */
  readonly beforeRefusal?: () => Promise<void>;
}

/**
 * Runs a hot write: prepares it under the template that the credential brought, and again when the database says that the template
 * has changed meanwhile. A remembered reply goes before whatever the template would refuse.
 */
export async function runPrepared<Write>(
  context: Context<OperatorCredential>,
  { prepare, write, beforeRefusal }: PreparedWrite<Write>,
): Promise<TextReply> {
  const { idempotency } = context;
  let credential = context.credential;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    let prepared: Write;
    try {
      prepared = await prepare(credential);
    } catch (refusal) {
      const remembered = await findRemembered(context);
      if (remembered !== undefined) return remembered;
      await beforeRefusal?.();
      throw refusal;
    }
    const outcome = await write(prepared);
    if (outcome?.outcome === "executed")
      return { status: outcome.status, text: outcome.reply, replayed: false };
    if (outcome !== undefined && idempotency !== undefined) return replay(outcome, idempotency);
    credential = await context.resolveAgain();
  }
  throw unavailable(new Error("the template kept changing"));
}

/** The reply that the request's key remembers; undefined without a key, or when it is new. */
export async function findRemembered({
  db,
  credential,
  idempotency,
}: Context<OperatorCredential>): Promise<TextReply | undefined> {
  if (idempotency === undefined) return undefined;
  const scope = { operatorId: credential.operatorId };
  const row = await inTenant(db, scope, (tx) => findLiveKey(tx, scope, idempotency.keyHash));
  return row === undefined ? undefined : replay(row, idempotency);
}
