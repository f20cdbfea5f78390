import type { OperationFacts } from "./operations.js";

/** What came of an attempt that did not succeed: no answer, or an answer with this status and code. */
export type Failure = "transport" | { readonly status: number; readonly code: string | undefined };

const backoffBaseMs = 500;
const backoffCapMs = 8_000;
const jitterOnRetryAfter = 0.1;
const transientStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Whether sending the request once more can help and can do no harm.
 *
 * 429 was not executed, so it is repeated for every operation. Reads, and writes under an Idempotency-Key, are repeated
 * after everything that passes. DELETE and PATCH only where the first one most likely did nothing, or doing it twice is
 * the same. What is left, creating keys, would leave a second key behind.
 */
export function canRepeat(operation: OperationFacts, failure: Failure): boolean {
  if (failure !== "transport" && failure.status === 429) return true;
  if (operation.method === "GET" || operation.idempotent) {
    if (failure === "transport" || transientStatuses.has(failure.status)) return true;
    return failure.status === 409 && failure.code === "IDEMPOTENCY_IN_PROGRESS";
  }
  if (operation.method === "DELETE" || operation.method === "PATCH") {
    return failure === "transport" || failure.status === 503;
  }
  return false;
}

/**
 * How long to wait before the next attempt, in milliseconds: what the server asks plus up to 10 %, or else exponential
 * backoff with full jitter.
 *
 * @param attempt The attempt that failed, counted from 1.
 * @param random A number in [0, 1).
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined && retryAfterMs > 0) return retryAfterMs * (1 + jitterOnRetryAfter * random);
  return random * Math.min(backoffCapMs, backoffBaseMs * 2 ** (attempt - 1));
}
