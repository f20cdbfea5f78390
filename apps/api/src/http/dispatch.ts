import { databaseProblem, inTenant, isUnavailable, lockNotAvailable, type Scope } from "@onehazel/db";
import type { Context } from "./context.js";
import type { Credential } from "./credential.js";
import { unavailable } from "./errors.js";
import { inProgress, replay, waitedForTwin } from "./idempotency/remembered.js";
import { claimKey, rememberReply } from "./idempotency/repository.js";
import type { JsonReply, StreamReply, TextReply } from "./operation.js";

type Run<How extends string, Reply> = {
  readonly how: How;
  readonly handler: (context: never, input: unknown) => Promise<Reply>;
};

/** A handling whose types have served their purpose: validation has made the input what the spec says. */
export interface AnyHandling {
  readonly run:
    | Run<"direct" | "hot", JsonReply | TextReply>
    | Run<"transaction", JsonReply>
    | Run<"stream", StreamReply>;
}

/** How often a call is begun anew after the database broke a deadlock with it. */
const attemptsMax = 3;
const deadlockStates = new Set(["40P01", "40001"]);

/** Runs one operation. Its success comes back as the bytes to send, or as lines still to be made; everything else is thrown. */
export async function dispatch(
  handling: AnyHandling,
  context: Context,
  input: unknown,
): Promise<TextReply | StreamReply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(handling, context, input);
    } catch (error) {
      // Rolled back whole, so nothing was done.
      if (deadlockStates.has((error as { code?: string }).code ?? "") && attempt < attemptsMax) continue;
      throw context.idempotency !== undefined && waitedForTwin(error) ? inProgress() : asUnavailable(error);
    }
  }
}

async function runOnce(
  { run }: AnyHandling,
  context: Context,
  input: unknown,
): Promise<TextReply | StreamReply> {
  if (run.how === "stream") return run.handler(context as never, input);
  if (run.how === "transaction") return inTransaction(run.handler, context, input);
  const reply = await run.handler(context as never, input);
  if ("text" in reply) {
    // A function of the database has written and committed it: 500 would say that nothing was done, and the caller would do it
    // again. So it stays with the line in the log, which tests fail on.
    await context.checkReply(reply)?.catch(() => undefined);
    return reply;
  }
  const read = { status: reply.status, text: JSON.stringify(reply.body), replayed: false };
  await context.checkReply(read);
  return read;
}

/** The write, its remembered reply and whatever else the handler does commit together or not at all. */
function inTransaction(
  handler: (context: never, input: unknown) => Promise<JsonReply>,
  context: Context,
  input: unknown,
): Promise<TextReply> {
  const scope = scopeOf(context.credential);
  return inTenant(context.db, scope, async (tx) => {
    const { idempotency } = context;
    if (idempotency !== undefined) {
      const remembered = await claimKey(tx, scope, idempotency);
      if (remembered !== undefined) return replay(remembered, idempotency);
    }
    const { status, body } = await handler({ ...context, tx } as never, input);
    const text = JSON.stringify(body);
    await context.checkReply({ status, text });
    if (idempotency !== undefined) await rememberReply(tx, scope, idempotency.keyHash, { status, text });
    return { status, text, replayed: false };
  });
}

export function scopeOf(credential: Credential): Scope {
  return credential.reach === "operator"
    ? { operatorId: credential.operatorId }
    : { platformId: credential.platformId };
}

/** SQLSTATEs of a database that is well but did not get to it in time: locks, time-outs, deadlocks. */
const busyStates = new Set([lockNotAvailable, "57014", "40P01", "40001", "25P03"]);

/** A database that is away, too busy, full or read-only is a 503 that may be retried; any other error is passed on. */
export function asUnavailable(error: unknown): unknown {
  const { code, constraint } = error as { code?: string; constraint?: string };
  // This process seals under a master key that was retired: another server may do better.
  const retired = code === "23514" && constraint?.startsWith("not_sealed_under_") === true;
  const isTemporary =
    busyStates.has(code ?? "") || isUnavailable(error) || databaseProblem(error) !== undefined;
  return retired || isTemporary ? unavailable(error) : error;
}
