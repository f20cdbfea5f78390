import type { APIError } from "./api-error.js";
import { type Failed, type Reply, send, within } from "./attempt.js";
import { apiErrorOf, readErrorReply } from "./error-reply.js";
import {
  AbortError,
  ConnectionError,
  type ErrorContext,
  type OneHazelError,
  TimeoutError,
} from "./errors.js";
import { attemptInfo } from "./hooks.js";
import type { Operation } from "./operations.js";
import type { Config } from "./options.js";
import type { Pool } from "./pool.js";
import { canRepeat, retryDelayMs } from "./retry.js";
import { requestIdOf } from "./retry-after.js";

/** One call: everything that stays the same from attempt to attempt. */
export interface Exchange {
  readonly operation: Operation;
  readonly url: string;
  /** By names in lower case; those of the body and of the Idempotency-Key come on top. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Leave the body of a success to be read later. */
  readonly isStream: boolean;
  readonly idempotencyKey: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly config: Pick<Config, "fetch" | "clock" | "hooks">;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly retries: number;
  /** The requests that this one is held back with. */
  readonly pool?: Pool | undefined;
  /** Asked at every attempt, so that a key that was rotated meanwhile is the one sent. */
  readonly apiKey: () => string;
}

/** The answer that a call ended with. */
export interface Outcome {
  readonly reply: Reply;
  readonly attempts: number;
  /** An earlier attempt got no answer, so what it asked for may have been done. */
  readonly isAnswerLost: boolean;
  /** Set if the answer is an error. */
  readonly error: APIError | undefined;
  /** The error has one of the shapes that the specification declares. */
  readonly isDocumented: boolean;
}

/** How far a call has come. */
interface Progress {
  /** Counted from 1. */
  attempt: number;
  isAnswerLost: boolean;
  /** Attempts that a pool's rate limit refused: they cost no retry. */
  pauses: number;
  readonly endsAtMs: number;
}

/** Sends a request until an answer stands, within retries and deadline. @throws ConnectionError, TimeoutError, AbortError */
export async function exchange(call: Exchange): Promise<Outcome> {
  const { operation, config, signal } = call;
  const { clock, hooks } = config;
  const progress: Progress = {
    attempt: 1,
    isAnswerLost: false,
    pauses: 0,
    endsAtMs: clock.now() + call.deadlineMs,
  };
  // What few calls need stands in functions of its own: every variable here is room that each call takes while it waits.
  for (; ; progress.attempt++) {
    const context: ErrorContext = { attempts: progress.attempt, idempotencyKey: call.idempotencyKey };
    if (signal?.aborted)
      throw new AbortError({ ...context, attempts: progress.attempt - 1, cause: signal.reason });
    const own = ownHeaders(call);
    const headers = hooks.length > 0 ? await tellRequest(call, progress, own) : own;
    const startedAtMs = clock.now();
    const timeoutMs = Math.min(call.timeoutMs, Math.max(1, progress.endsAtMs - startedAtMs));
    // Written out, not spread: V8 can give each spread copy a shape of its own, and fetch looks up every property anew on those.
    headers.authorization = `Bearer ${call.apiKey()}`;
    const result = await within(timeoutMs, signal, (stop) =>
      send(
        config.fetch,
        call.url,
        { method: operation.method, headers, body: call.body ?? null, redirect: "manual", signal: stop },
        call.isStream,
      ),
    );
    const outcome =
      "value" in result ? outcomeOf(operation, result.value, progress.isAnswerLost, context) : undefined;
    if (outcome && hooks.length > 0) await tellResponse(call, progress, outcome, startedAtMs);
    if (outcome && !outcome.error) {
      call.pool?.passed();
      return outcome;
    }
    const bound = timeoutMs === call.timeoutMs ? "attempt" : "deadline";
    const error =
      outcome?.error ?? transportError(operation, result as Failed, { bound, timeoutMs }, context);
    if (await canGoOn(call, progress, outcome, error, context)) continue;
    if (outcome) return outcome;
    throw error;
  }
}

/** Of one attempt, since a fetch of the caller's may change them. */
function ownHeaders({ headers, idempotencyKey, body }: Exchange): Record<string, string> {
  const own: Record<string, string> = Object.assign({}, headers);
  if (idempotencyKey !== undefined) own["idempotency-key"] = idempotencyKey;
  if (body !== undefined) own["content-type"] ??= "application/json";
  return own;
}

/** The headers as hooks leave them. */
async function tellRequest(
  { operation, config }: Exchange,
  { attempt }: Progress,
  headers: Record<string, string>,
): Promise<Record<string, string>> {
  const changeable = new Headers(headers);
  const info = { ...attemptInfo(operation, attempt), headers: changeable };
  for (const hook of config.hooks) await hook.onRequest?.(info);
  return Object.fromEntries(changeable);
}

async function tellResponse(
  { operation, config }: Exchange,
  { attempt }: Progress,
  { reply: { status, headers } }: Outcome,
  startedAtMs: number,
): Promise<void> {
  const requestId = requestIdOf(headers);
  const durationMs = config.clock.now() - startedAtMs;
  const info = { ...attemptInfo(operation, attempt), status, headers, requestId, durationMs };
  for (const hook of config.hooks) await hook.onResponse?.(info);
}

/** Waits until the next attempt is due. False if there is none, or if the pool stopped meanwhile. */
async function canGoOn(
  call: Exchange,
  progress: Progress,
  outcome: Outcome | undefined,
  error: OneHazelError,
  context: ErrorContext,
): Promise<boolean> {
  const { operation, config, pool } = call;
  const { clock, hooks } = config;
  const { attempt, endsAtMs } = progress;
  const retryAfterMs = outcome?.error?.retryAfterMs;
  const delayMs = retryDelayMs(attempt, retryAfterMs, clock.random());
  // A rate limit that a pool waits out together costs no retry.
  const isPoolsWait = pool !== undefined && outcome?.reply.status === 429;
  if (isPoolsWait) progress.pauses++;
  const mayRepeat = isPoolsWait
    ? pool.pause(delayMs, retryAfterMs)
    : error.isRetryable && attempt - progress.pauses <= call.retries && delayMs < endsAtMs - clock.now();
  if (!mayRepeat) return false;
  progress.isAnswerLost ||= outcome === undefined;
  const info = { ...attemptInfo(operation, attempt), delayMs, error };
  for (const hook of hooks) await hook.onRetry?.(info);
  return wait(call, isPoolsWait ? 0 : delayMs, context);
}

function outcomeOf(
  operation: Operation,
  reply: Reply,
  isAnswerLost: boolean,
  context: ErrorContext,
): Outcome {
  const attempts = context.attempts ?? 1;
  if (reply.status >= 200 && reply.status < 300) {
    return { reply, attempts, isAnswerLost, error: undefined, isDocumented: true };
  }
  const read = readErrorReply(reply);
  const error = apiErrorOf(read, { ...context, isRetryable: canRepeat(operation, read) });
  return { reply, attempts, isAnswerLost, error, isDocumented: read.isDocumented };
}

/** The error for an answer that did not come, or not to its end. */
export function transportError(
  operation: Operation,
  failed: Failed,
  { bound, timeoutMs }: { readonly bound: "attempt" | "deadline"; readonly timeoutMs: number },
  context: ErrorContext,
): OneHazelError {
  if (failed.failure === "aborted") return new AbortError({ ...context, cause: failed.cause });
  const isRetryable = canRepeat(operation, "transport");
  if (failed.failure === "timeout") return new TimeoutError(bound, timeoutMs, { ...context, isRetryable });
  const code = systemCode(failed.cause);
  const message = `No response from the server${code === undefined ? "" : ` (${code})`}`;
  return new ConnectionError(message, { ...context, isRetryable, cause: failed.cause });
}

/** False if the pool stopped meanwhile. */
async function wait(
  { config, pool, signal }: Exchange,
  delayMs: number,
  context: ErrorContext,
): Promise<boolean> {
  const stopped = pool?.stopped.signal;
  try {
    if (delayMs > 0) await config.clock.sleep(delayMs, stopped ?? signal);
    await pool?.ready();
    return !stopped?.aborted;
  } catch (cause) {
    if (signal?.aborted) throw new AbortError({ ...context, cause: signal.reason });
    if (stopped?.aborted) return false;
    throw cause;
  }
}

// fetch hides the reason (ECONNREFUSED, UND_ERR_SOCKET, …) one or two causes deep.
function systemCode(cause: unknown): string | undefined {
  let error = cause as { readonly code?: unknown; readonly cause?: unknown } | null | undefined;
  for (let depth = 0; depth < 3; depth++) {
    if (typeof error?.code === "string") return error.code;
    error = error?.cause as typeof error;
  }
  return undefined;
}
