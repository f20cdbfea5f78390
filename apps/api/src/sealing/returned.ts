import { isEnvelope, type JsonValue, OpenError, type OperatorKeys } from "@onehazel/crypto";
import type { Fault } from "../http/errors.js";
import { piiFields as countedFields } from "../telemetry/metrics.js";
import { type JsonObject, withFields } from "./service.js";

/** Far more than a template can name. Each one costs a decryption, so a body full of ciphertext must not be decrypted whole. */
const returnedFieldsMax = 1_000;
const fieldsOpened = countedFields.labels("open");
const none: readonly Fault[] = [];

/** A record's data in plaintext. `faults` names the fields whose ciphertext could not be decrypted. */
export interface ReturnedData {
  readonly data: JsonObject;
  readonly faults: readonly Fault[];
}

/**
 * Decrypts the ciphertext that a caller sends back as it stood in a list: each top-level value that decrypts as this field of this
 * entity is replaced by its plaintext. Any other ciphertext is a fault: stored, it would replace the person's data.
 */
export function decryptReturned(keys: OperatorKeys, externalId: string, data: JsonObject): ReturnedData {
  const fields = ciphertextFields(data);
  if (fields.length === 0) return { data, faults: none };
  if (fields.length > returnedFieldsMax) {
    return {
      data,
      faults: [{ field: "data", message: `has more than ${returnedFieldsMax} encrypted values` }],
    };
  }
  const opener = keys.opener({ kind: "entity", externalId });
  const faults: Fault[] = [];
  const decrypted = withFields(data, fields, (field, value) => {
    try {
      return opener.open(field, value as string);
    } catch (error) {
      if (!(error instanceof OpenError)) throw error;
      const message =
        "is a ciphertext that was not encrypted for this field of this entity; send the plaintext";
      faults.push({ field: `data.${field}`, message });
      return value as JsonValue;
    }
  });
  fieldsOpened.inc(fields.length - faults.length);
  return { data: decrypted, faults };
}

/** The ciphertext of an event is bound to that event's id, so it can never be the value of another one. */
export function faultsOfCiphertext(data: JsonObject): readonly Fault[] {
  const message =
    "is a ciphertext, and an event's ciphertext is valid in that event only; send the plaintext";
  return ciphertextFields(data).map((field) => ({ field: `data.${field}`, message }));
}

/** Top-level values only: nothing below them is ever encrypted by itself. */
function ciphertextFields(data: JsonObject): readonly string[] {
  let fields: string[] | undefined;
  for (const field in data) {
    if (!isEnvelope(data[field]) || !Object.hasOwn(data, field)) continue;
    fields ??= [];
    fields.push(field);
  }
  return fields ?? noFields;
}

const noFields: readonly string[] = [];
