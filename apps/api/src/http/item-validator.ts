import {
  bodyBytesMaxDefault,
  document,
  type ErrorCode,
  type Operation,
  type OperationId,
  operations,
  type SchemaObject,
} from "@onehazel/spec";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { ApiError, Fault } from "./errors.js";
import { expectedWords, sortFaults } from "./faults.js";
import { withUnboundedIds } from "./pruned-document.js";

/** Why one item of a batch was not stored. `message` says every fault at once: a report has no room for details. */
export interface ItemRefusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** An item with more fields than this is told of the first ones: each unknown one is a fault. */
const fieldsMax = 100;
/** Of one item's message, in UTF-16 units; the spec's bound. */
const messageMax = 4_096;

// As the validator of whole requests has it, so that an item and a request are refused for the same.
const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true, validateFormats: true });
formats.default(ajv, { mode: "fast" });
ajv.addSchema(withUnboundedIds(structuredClone(document)), "spec");

/**
 * The seam around Ajv: holds the items of a batch against their schema, one by one. Compiled when made.
 *
 * @example
 * const items = new ItemValidator("batchEvents");
 * const refusal = items.check(item); // undefined when the item is what the spec says
 */
export class ItemValidator {
  readonly #holds: ValidateFunction;
  readonly #schema: SchemaObject;
  readonly #expected: ReadonlyMap<string, string>;

  /** Throws unless the operation's body is an array whose items are a component of the document. */
  constructor(operationId: OperationId) {
    const { bodySchema } = operations.find(({ id }) => id === operationId) as Operation;
    const items = bodySchema?.items as SchemaObject | undefined;
    const holds = ajv.getSchema(`spec${items?.$ref}`);
    if (holds === undefined) throw new Error(`${operationId} has no items that can be held against a schema`);
    this.#holds = holds as ValidateFunction;
    this.#schema = holds.schema as SchemaObject;
    this.#expected = expectedWords(Object.entries(this.#schema.properties ?? {}));
  }

  /** The refusal of an item: `MISSING_FIELDS` or `VALIDATION_FAILED`, as if it had come alone. */
  check(item: unknown): ItemRefusal | undefined {
    const body = this.#bounded(item);
    if (this.#holds(body)) return isTooLarge(item) ? tooLarge : undefined;
    const { missing, invalid } = sortFaults((this.#holds.errors ?? []).map(rawFault), {
      body,
      required: this.#schema.required ?? [],
      emptyIsMissing: false,
      expected: this.#expected,
    });
    return {
      code: missing.length > 0 ? "MISSING_FIELDS" : "VALIDATION_FAILED",
      message: inOneSentence([...missing, ...invalid]),
    };
  }

  #bounded(item: unknown): unknown {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    const fields = Object.keys(item);
    if (fields.length <= fieldsMax) return item;
    const known = Object.keys(this.#schema.properties ?? {}).filter((field) => Object.hasOwn(item, field));
    const kept = new Set([...known, ...fields.slice(0, fieldsMax)]);
    return Object.fromEntries([...kept].map((field) => [field, (item as Record<string, unknown>)[field]]));
  }
}

/** As a request of its own it would be 413. */
const tooLarge: ItemRefusal = {
  code: "VALIDATION_FAILED",
  message: `The item holds more than ${bodyBytesMaxDefault} bytes of JSON`,
};

/** Below this much text and this many values no item is too large, however its text is escaped. */
const certainlySmall = 100_000;

function isTooLarge(item: unknown): boolean {
  if (sizeUpTo(item, certainlySmall) < certainlySmall) return false;
  return Buffer.byteLength(JSON.stringify(item)) > bodyBytesMaxDefault;
}

/** UTF-16 units of its strings and keys, and one for each value; no further than the limit. */
function sizeUpTo(value: unknown, limit: number): number {
  if (typeof value === "string") return value.length + 1;
  if (typeof value !== "object" || value === null) return 1;
  let size = 1;
  for (const key in value) {
    size += key.length + sizeUpTo((value as Record<string, unknown>)[key], limit - size);
    if (size >= limit) return limit;
  }
  return size;
}

/** What refuses a request, as what refuses an item. */
export function itemRefusal({ code, message, details }: ApiError): ItemRefusal {
  return { code, message: details === undefined ? message : inOneSentence(details) };
}

const namesItsField = /^(?:Missing required|Unknown) field: "/;

function inOneSentence(faults: readonly Fault[]): string {
  const sentence = faults
    .map(({ field, message }) => (namesItsField.test(message) ? message : `${field}: ${message}`))
    .join("; ");
  // Cut off, a pair of surrogates may be halved.
  return sentence.length <= messageMax ? sentence : `${sentence.slice(0, messageMax - 1).toWellFormed()}…`;
}

function rawFault({ instancePath, keyword, params, message = "" }: ErrorObject) {
  const name: unknown = params.missingProperty ?? params.additionalProperty;
  const place = typeof name === "string" ? `${instancePath}/${name}` : instancePath;
  return { path: `/body${place}`, keyword, message };
}
