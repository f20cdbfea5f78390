import { isEnvelope, type JsonValue, OpenError, type OperatorKeys, parseEnvelope } from "@onehazel/crypto";
import type { Resealed, WalkRow, WalkStep } from "./rows/repository.js";

/** A field that the row lists as encrypted and that nobody can read. */
export interface UnreadableField {
  /** The row's: `ent_…` or `eev_…`. */
  readonly id: string;
  readonly field: string;
  /** The field is not there; it holds something other than ciphertext; or no master key given decrypts it. */
  readonly reason: "missing" | "notEncrypted" | "undecryptable";
}

/** What becomes of one row. */
export interface ResealOutcome extends Resealed {
  /** These stay as they are, and with any of them the row stays under its master key: a repair may need it. */
  readonly unreadable: readonly UnreadableField[];
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
  const unreadable: UnreadableField[] = [];
  const fail = (field: string, reason: UnreadableField["reason"]) =>
    unreadable.push({ id: row.key.at(-1) as string, field, reason });
  for (const field of row.sealed) if (!Object.hasOwn(fields, field)) fail(field, "missing");
  const entries: [string, string][] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (!wasSealed.has(field)) {
      entries.push([field, sealer.seal(field, value as JsonValue)]);
      continue;
    }
    if (!isEnvelope(value)) {
      fail(field, "notEncrypted");
      continue;
    }
    if (parseEnvelope(value).masterKeyId === currentKeyId) continue;
    try {
      entries.push([field, sealer.seal(field, opener.open(field, value))]);
    } catch (error) {
      if (!(error instanceof OpenError)) throw error;
      fail(field, "undecryptable");
    }
  }
  return {
    key: row.key,
    patch: Object.fromEntries(entries),
    sealed: [...row.sealed, ...entries.map(([field]) => field).filter((field) => !wasSealed.has(field))],
    masterKeyId: unreadable.length > 0 && row.master_key_id !== null ? row.master_key_id : currentKeyId,
    unreadable,
  };
}
