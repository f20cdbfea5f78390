import { type JsonValue, OpenError, type OperatorKeys, parseEnvelope } from "@onehazel/crypto";
import type { Resealed, WalkRow, WalkStep } from "./rows/repository.js";

/** What becomes of one row. */
export interface ResealOutcome extends Resealed {
  /** A ciphertext that no key of ours opens stays as it is, and the row stays under its master key. */
  readonly failed: boolean;
}

/**
 * Seals what is PII by now and stands in clear, and seals anew what was sealed under another master key than the current one: each
 * ciphertext says which that is. What was sealed stays sealed, whatever the template says today.
 */
export function resealRow(
  keys: OperatorKeys,
  currentKeyId: string,
  step: WalkStep,
  row: WalkRow,
): ResealOutcome {
  const { record_id: id, fields } = row;
  const record =
    step === "entities" ? { kind: "entity" as const, externalId: id } : { kind: "event" as const, id };
  const sealer = keys.sealer(record);
  const opener = keys.opener(record);
  const wasSealed = new Set(row.sealed);
  let failed = false;
  const entries: [string, string][] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (!wasSealed.has(field)) {
      entries.push([field, sealer.seal(field, value as JsonValue)]);
      continue;
    }
    try {
      if (parseEnvelope(value as string).masterKeyId === currentKeyId) continue;
      entries.push([field, sealer.seal(field, opener.open(field, value as string))]);
    } catch (error) {
      if (!(error instanceof OpenError)) throw error;
      failed = true;
    }
  }
  return {
    key: row.key,
    patch: Object.fromEntries(entries),
    sealed: [...row.sealed, ...entries.map(([field]) => field).filter((field) => !wasSealed.has(field))],
    masterKeyId: failed && row.master_key_id !== null ? row.master_key_id : currentKeyId,
    failed,
  };
}
