import { misuse } from "../failures.js";

/** How the text of a column becomes a value. */
export type ValueType = "string" | "number" | "boolean" | "json";

export interface MappedField {
  readonly field: string;
  readonly type: ValueType;
}

/** Columns by their name; one that is not here is a field of the same name, one that maps to nothing is left out. */
export type Mapping = ReadonlyMap<string, MappedField | undefined>;

/** What the file of failed rows adds to a row: so that it can be mended and imported as it is. */
export const ownPrefix = "onehazel_";

const types: ReadonlySet<string> = new Set(["string", "number", "boolean", "json"]);

/**
 * Reads `column=field`, `column=field:type` and, for a column to leave out, `column=`.
 *
 * @throws Failure for another form, and for two columns that claim one field.
 */
export function parseMapping(given: readonly string[]): Mapping {
  const mapping = new Map<string, MappedField | undefined>();
  const fields = new Set<string>();
  for (const text of given) {
    const [, column, target] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (column === undefined || target === undefined) {
      throw misuse(`--map takes column=field, not "${text}"`);
    }
    if (mapping.has(column)) throw misuse(`--map names the column "${column}" twice`);
    const [, named, type] = /^(.*):([a-z]+)$/s.exec(target) ?? [];
    const isTyped = type !== undefined && types.has(type);
    const field = isTyped ? (named as string) : target;
    if (field !== "" && fields.has(field)) throw misuse(`--map names the field "${field}" twice`);
    fields.add(field);
    mapping.set(column, field === "" ? undefined : { field, type: isTyped ? (type as ValueType) : "string" });
  }
  return mapping;
}

/** @throws RangeError with a message that does not show the value, which may be personal. */
export function convert(value: unknown, type: ValueType): unknown {
  if (typeof value !== "string" || type === "string") return value;
  if (type === "json") return fromJson(value);
  if (type === "boolean") return fromBoolean(value);
  const number = Number(value);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim()) || !Number.isFinite(number)) {
    throw new RangeError("is no number");
  }
  if (/^[+-]?\d+$/.test(value.trim()) && !Number.isSafeInteger(number)) {
    throw new RangeError("is an integer beyond ±(2^53−1), which would be rounded");
  }
  return number;
}

function fromJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new RangeError("is no JSON");
  }
}

function fromBoolean(value: string): boolean {
  const known = { true: true, "1": true, yes: true, false: false, "0": false, no: false }[
    value.trim().toLowerCase()
  ];
  if (known === undefined) throw new RangeError("is neither true nor false");
  return known;
}
