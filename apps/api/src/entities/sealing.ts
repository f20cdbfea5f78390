import type { JsonValue, OperatorKeys } from "@onehazel/crypto";

export type JsonObject = Readonly<Record<string, unknown>>;

/** An entity's data as it is stored: which fields are ciphertext, and under which master key. */
export interface SealedData {
  readonly data: JsonObject;
  readonly sealed: readonly string[];
  readonly masterKeyId: string | null;
}

/** Seals the fields that the template calls PII, whatever their value is. */
export function sealEntity(
  keys: OperatorKeys,
  externalId: string,
  data: JsonObject,
  piiFields: ReadonlySet<string>,
): SealedData {
  const sealed = Object.keys(data).filter((field) => piiFields.has(field));
  if (sealed.length === 0) return { data, sealed, masterKeyId: null };
  const sealer = keys.sealer({ kind: "entity", externalId });
  // Entries, because assigning to a key named __proto__ would change the prototype instead.
  const entries = Object.entries(data).map(([field, value]) =>
    piiFields.has(field) ? [field, sealer.seal(field, value as JsonValue)] : [field, value],
  );
  return { data: Object.fromEntries(entries), sealed, masterKeyId: sealer.masterKeyId };
}

/** Opens what was sealed, whatever the template says today. Throws `OpenError` when it is not this record's. */
export function openEntity(
  keys: OperatorKeys,
  externalId: string,
  data: JsonObject,
  sealed: readonly string[],
): JsonObject {
  if (sealed.length === 0) return data;
  const fields = new Set(sealed);
  const opener = keys.opener({ kind: "entity", externalId });
  const entries = Object.entries(data).map(([field, value]) =>
    fields.has(field) ? [field, opener.open(field, value as string)] : [field, value],
  );
  return Object.fromEntries(entries);
}
