import type { JsonValue, OperatorKeys, SealedRecord } from "@onehazel/crypto";
import type { Context } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { piiFields as countedFields } from "../telemetry/metrics.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A record's data as it is stored: which fields are ciphertext, and under which master key. */
export interface SealedData {
  readonly data: JsonObject;
  readonly sealed: readonly string[];
  readonly masterKeyId: string | null;
}

/** Seals the fields that the template calls PII, whatever their value is. */
export function sealData(
  keys: OperatorKeys,
  record: SealedRecord,
  data: JsonObject,
  piiFields: ReadonlySet<string>,
): SealedData {
  const sealed = Object.keys(data).filter((field) => piiFields.has(field));
  if (sealed.length === 0) return { data, sealed, masterKeyId: null };
  const sealer = keys.sealer(record);
  countedFields.inc({ act: "seal" }, sealed.length);
  // Entries, because assigning to a key named __proto__ would change the prototype instead.
  const entries = Object.entries(data).map(([field, value]) =>
    piiFields.has(field) ? [field, sealer.seal(field, value as JsonValue)] : [field, value],
  );
  return { data: Object.fromEntries(entries), sealed, masterKeyId: sealer.masterKeyId };
}

/** A record's data as the caller may see it: opened, or as it is stored. */
export function dataFor(
  { credential, keys }: Context<OperatorCredential>,
  record: SealedRecord,
  { data, sealed }: Pick<SealedData, "data" | "sealed">,
): JsonObject {
  return credential.opensPii ? openData(keys.operator(credential), record, data, sealed) : data;
}

/** Opens what was sealed, whatever the template says today. Throws `OpenError` when it is not this record's. */
export function openData(
  keys: OperatorKeys,
  record: SealedRecord,
  data: JsonObject,
  sealed: readonly string[],
): JsonObject {
  if (sealed.length === 0) return data;
  const fields = new Set(sealed);
  const opener = keys.opener(record);
  countedFields.inc({ act: "open" }, sealed.length);
  const entries = Object.entries(data).map(([field, value]) =>
    fields.has(field) ? [field, opener.open(field, value as string)] : [field, value],
  );
  return Object.fromEntries(entries);
}
