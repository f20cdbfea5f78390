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
import { attemptInfo, type Hooks } from "./hooks.js";
import type { Operation } from "./operations.js";
import type { Config } from "./options.js";
import { canRepeat, retryDelayMs } from "./retry.js";

/** One call: everything that stays the same from attempt to attempt. */
export interface Exchange {
  readonly operation: Operation;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  /** Leave the body of a success to be read later. */
  readonly isStream: boolean;
  readonly idempotencyKey: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly config: Config;
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

/** Sends a request until an answer stands, within retries and deadline. @throws ConnectionError, TimeoutError, AbortError */
export async function exchange(call: Exchange): Promise<Outcome> {
  const { operation, config, signal } = call;
  const { clock, hooks } = config;
  const endsAtMs = clock.now() + config.deadlineMs;
  let isAnswerLost = false;
  for (let attempt = 1; ; attempt++) {
    const info = attemptInfo(operation, attempt);
    const context: ErrorContext = { attempts: attempt, idempotencyKey: call.idempotencyKey };
    if (signal?.aborted) throw new AbortError({ ...context, attempts: attempt - 1, cause: signal.reason });
    const headers = new Headers(call.headers);
    for (const hook of hooks) await hook.onRequest?.({ ...info, headers });
    headers.set("Authorization", `Bearer ${call.apiKey()}`);

    const remainingMs = Math.max(1, endsAtMs - clock.now());
    const timeoutMs = Math.min(config.timeoutMs, remainingMs);
    const startedAtMs = clock.now();
    const init: RequestInit = { method: operation.method, headers, redirect: "manual" };
    if (call.body !== undefined) init.body = call.body;
    const result = await within(timeoutMs, signal, (stop) =>
      send(config.fetch, call.url, { ...init, signal: stop }, call.isStream),
    );

    const outcome: Outcome | undefined =
      "value" in result ? outcomeOf(operation, result.value, isAnswerLost, context) : undefined;
    if (outcome !== undefined) {
      await tellResponse(hooks, {
        ...info,
        durationMs: clock.now() - startedAtMs,
        ...received(outcome.reply),
      });
      if (outcome.error === undefined) return outcome;
    }
    const bound = timeoutMs === config.timeoutMs ? "attempt" : "deadline";
    const error =
      outcome?.error ?? transportError(operation, result as Failed, { bound, timeoutMs }, context);
    const delayMs = retryDelayMs(attempt, outcome?.error?.retryAfterMs, clock.random());
    if (!error.isRetryable || attempt > config.retries || delayMs >= endsAtMs - clock.now()) {
      if (outcome !== undefined) return outcome;
      throw error;
    }
    isAnswerLost ||= outcome === undefined;
    for (const hook of hooks) await hook.onRetry?.({ ...info, delayMs, error });
    await sleep(call, delayMs, context);
  }
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
  const message = `No complete answer from the server${code === undefined ? "" : ` (${code})`}`;
  return new ConnectionError(message, { ...context, isRetryable, cause: failed.cause });
}

async function sleep({ config, signal }: Exchange, delayMs: number, context: ErrorContext): Promise<void> {
  try {
    await config.clock.sleep(delayMs, signal);
  } catch (cause) {
    throw signal?.aborted ? new AbortError({ ...context, cause: signal.reason }) : cause;
  }
}

async function tellResponse(
  hooks: readonly Hooks[],
  info: Parameters<NonNullable<Hooks["onResponse"]>>[0],
): Promise<void> {
  for (const hook of hooks) await hook.onResponse?.(info);
}

function received({ status, headers }: Reply) {
  return { status, headers, requestId: headers.get("x-request-id") ?? undefined };
}

// fetch hides the reason (ECONNREFUSED, UND_ERR_SOCKET, …) one or two causes deep.
function systemCode(cause: unknown): string | undefined {
  for (let error = cause, depth = 0; typeof error === "object" && error !== null && depth < 3; depth++) {
    const { code, cause: deeper } = error as { readonly code?: unknown; readonly cause?: unknown };
    if (typeof code === "string") return code;
    error = deeper;
  }
  return undefined;
}
