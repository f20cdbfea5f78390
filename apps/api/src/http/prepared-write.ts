import { inTenant, type WriteOutcome } from "@onehazel/db";
import type { Context } from "./context.js";
import type { OperatorCredential } from "./credential.js";
import { attemptsMax } from "./current-credential.js";
import { type ApiError, unavailable } from "./errors.js";
import { replay } from "./idempotency/remembered.js";
import { findLiveKey } from "./idempotency/repository.js";
import type { TextReply } from "./operation.js";

/** The parts in which hot writes differ. */
export interface PreparedWrite<Write> {
  /** Holds the request against the credential's template. Throws what the template refuses. */
  readonly prepare: (credential: OperatorCredential) => Write | Promise<Write>;
  /** One round trip, or one transaction. */
  readonly write: (write: Write) => Promise<WriteOutcome>;
  /** What a write says that is about a thing which has to be there. */
  readonly about?: {
    readonly notFound: () => ApiError;
    /** Throws `notFound` if it is not there, which goes before a refusal of the template. */
    readonly require: () => Promise<unknown>;
  };
}

/**
 * Runs a hot write: prepares it under the template that the credential brought, and again when the database says that one of them
 * has changed meanwhile. A remembered reply goes before whatever the template would refuse.
 */
export async function runPrepared<Write>(
  context: Context<OperatorCredential>,
  { prepare, write, about }: PreparedWrite<Write>,
): Promise<TextReply> {
  const { idempotency } = context;
  let { credential, isRecalled } = context;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    let prepared: Write;
    try {
      prepared = await prepare(credential);
    } catch (refusal) {
      if (isRecalled) {
        isRecalled = false;
        credential = await context.resolveAgain();
        continue;
      }
      const remembered = await findRemembered(context);
      if (remembered !== undefined) return remembered;
      await about?.require();
      throw refusal;
    }
    const outcome = await write(prepared);
    if (outcome.outcome === "executed")
      return { status: outcome.status, text: outcome.reply, replayed: false };
    if (outcome.outcome === "remembered" && idempotency !== undefined) return replay(outcome, idempotency);
    if (outcome.outcome === "missing" && about !== undefined) throw about.notFound();
    credential = await context.resolveAgain();
    isRecalled = false;
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
