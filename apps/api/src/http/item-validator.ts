import {
  type ErrorCode,
  type Operation,
  type OperationId,
  operations,
  type SchemaObject,
} from "@onehazel/spec";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { UnstorableItem } from "./batch-body.js";
import type { ApiError, Fault } from "./errors.js";
import { expectedWords, type SortedFaults, sortFaults, withFaults } from "./faults.js";
import { componentSchema, rawFault } from "./schemas.js";

/** Why one item of a batch was not stored. `message` says every fault at once: a report has no room for details. */
export interface ItemRefusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** An item with more fields than this is told of the first ones: each unknown one is a fault. */
const fieldsMax = 100;
/** Of one item's message, in UTF-16 units; the spec's bound. */
const messageMax = 4_096;

/**
 * The seam around Ajv: holds the items of a batch against their schema, one by one. Compiled when made.
 *
 * @example
 * const items = new ItemValidator("batchEvents");
 * const faults = items.check(item); // undefined when the item is what the spec says
 */
export class ItemValidator {
  readonly #holds: ValidateFunction;
  readonly #schema: SchemaObject;
  readonly #expected: ReadonlyMap<string, string>;

  /** Throws unless the operation's body is an array whose items are a component of the document. */
  constructor(operationId: OperationId) {
    const { bodySchema } = operations.find(({ id }) => id === operationId) as Operation;
    const items = bodySchema?.items as SchemaObject | undefined;
    const holds = componentSchema(items?.$ref);
    if (holds === undefined) throw new Error(`${operationId} has no items that can be held against a schema`);
    this.#holds = holds as ValidateFunction;
    this.#schema = holds.schema as SchemaObject;
    this.#expected = expectedWords(Object.entries(this.#schema.properties ?? {}));
  }

  /** The faults of an item, the same as for a request with this item alone; undefined if it has none. */
  check(item: unknown): SortedFaults | undefined {
    if (!(item instanceof UnstorableItem)) return this.#faultsOf(item);
    const found = item.value === undefined ? undefined : this.#faultsOf(item.value);
    return withFaults({ missing: found?.missing ?? [], invalid: item.faults }, found?.invalid ?? []);
  }

  #faultsOf(item: unknown): SortedFaults | undefined {
    const body = this.#bounded(item);
    if (this.#holds(body)) return undefined;
    const errors = this.#holds.errors ?? [];
    return sortFaults(
      errors.map((error) => rawFault("/body", error)),
      { body, required: this.#schema.required ?? [], emptyIsMissing: false, expected: this.#expected },
    );
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

/** Why an item with these faults is not stored: `MISSING_FIELDS` or `VALIDATION_FAILED`, as a request with it alone. */
export function refusalOf({ missing, invalid }: SortedFaults): ItemRefusal {
  return {
    code: missing.length > 0 ? "MISSING_FIELDS" : "VALIDATION_FAILED",
    message: inOneSentence([...missing, ...invalid]),
  };
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
  const cut = sentence.length <= messageMax ? sentence : `${sentence.slice(0, messageMax - 1)}…`;
  // A field's name may hold what the database cannot store, and the cut may halve a pair of surrogates.
  return cut.toWellFormed().replaceAll("\0", "\ufffd");
}
