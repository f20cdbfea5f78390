import type { JsonValue, OperatorKeys, SealedRecord } from "@onehazel/crypto";
import type { Context } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { piiFields as countedFields } from "../telemetry/metrics.js";

/** Looked up once: a batch counts thousands of times. */
const fieldsSealed = countedFields.labels("seal");
const fieldsOpened = countedFields.labels("open");

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
  fieldsSealed.inc(sealed.length);
  const asStored = withFields(data, sealed, (field, value) => sealer.seal(field, value as JsonValue));
  return { data: asStored, sealed, masterKeyId: sealer.masterKeyId };
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
  const opener = keys.opener(record);
  fieldsOpened.inc(sealed.length);
  return withFields(data, sealed, (field, value) => opener.open(field, value as string));
}

/** A copy in which these fields, where there are any, have other values. */
export function withFields(
  data: JsonObject,
  fields: readonly string[],
  change: (field: string, value: unknown) => JsonValue,
): JsonObject {
  const changed: Record<string, unknown> = { ...data };
  for (const field of fields) {
    if (!Object.hasOwn(changed, field)) continue;
    const value = change(field, changed[field]);
    // Assigning to this name would change the prototype instead.
    if (field === "__proto__") Object.defineProperty(changed, field, { value });
    else changed[field] = value;
  }
  return changed;
}
