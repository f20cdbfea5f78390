import { lockNotAvailable } from "@onehazel/db";
import { ApiError } from "../errors.js";
import type { TextReply } from "../operation.js";
import type { IdempotencyRequest } from "./request.js";

/** What the row of an Idempotency-Key holds. After an erasure it holds nothing but that. */
export interface RememberedRow {
  readonly status: number | null;
  readonly reply: string | null;
  readonly fingerprint: Buffer | null;
  readonly fingerprint_master_key_id: string | null;
  readonly erased: boolean;
}

/** The first reply again, byte for byte. Throws `ENTITY_ERASED` or `IDEMPOTENCY_KEY_REUSED`. */
export function replay(row: RememberedRow, request: IdempotencyRequest): TextReply {
  if (row.erased) {
    throw new ApiError("ENTITY_ERASED", "What this Idempotency-Key wrote has been erased; use a new key");
  }
  const { fingerprint, fingerprint_master_key_id: masterKeyId } = row;
  if (fingerprint === null || masterKeyId === null || !request.matches(fingerprint, masterKeyId)) {
    throw new ApiError(
      "IDEMPOTENCY_KEY_REUSED",
      "This Idempotency-Key was used for another request; use a new key for a new request",
    );
  }
  if (row.status === null || row.reply === null) throw inProgress();
  return { status: row.status, text: row.reply, replayed: true };
}

/** The twin that came first is still running. */
export function inProgress(cause?: unknown): ApiError {
  return new ApiError("IDEMPOTENCY_IN_PROGRESS", "A request with this Idempotency-Key is still running", {
    headers: { "Retry-After": "1" },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether a hot path gave up waiting for the twin, in one of the functions that hold a key and remember it. */
export function waitedForTwin(error: unknown): boolean {
  const { code, where } = error as { code?: string; where?: string };
  return (
    code === lockNotAvailable && where !== undefined && /function (key_held|remember_write)\(/.test(where)
  );
}
