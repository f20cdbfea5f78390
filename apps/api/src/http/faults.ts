import { dereference, type SchemaObject } from "@onehazel/spec";
import type { Fault } from "./errors.js";
import { formatWords } from "./formats.js";

/** A fault in the words of the library that found it. */
export interface RawFault {
  /** Where: `/body/data/email`, `/query/limit`. */
  readonly path: string;
  /** The JSON Schema keyword that was not kept. */
  readonly keyword: string;
  readonly message: string;
}

/** What tells a missing field from a wrong one, and what was expected. */
export interface Sorting {
  readonly body: unknown;
  readonly required: readonly string[];
  readonly emptyIsMissing: boolean;
  readonly expected: ReadonlyMap<string, string>;
}

/** Required top-level fields that are absent or null, and all other faults. */
export interface SortedFaults {
  readonly missing: readonly Fault[];
  readonly invalid: readonly Fault[];
}

/** Adds faults of fields that have none yet. */
export function withFaults({ missing, invalid }: SortedFaults, more: readonly Fault[]): SortedFaults {
  const named = new Set(invalid.map(({ field }) => field));
  return {
    // A field that was sent but could not be decoded is not missing.
    missing: missing.filter(({ field }) => !named.has(field)),
    invalid: [...invalid, ...more.filter(({ field }) => !named.has(field))],
  };
}

/** Faults in our own words, one for each place. */
export function sortFaults(faults: readonly RawFault[], sorting: Sorting): SortedFaults {
  const missing = new Map<string, Fault>();
  const invalid = new Map<string, Fault>();
  for (const fault of faults) {
    const place = fieldOf(fault.path);
    if (isMissing(fault, sorting)) {
      missing.set(place, { field: place, message: `Missing required field: "${place}"` });
    } else if (!invalid.has(place)) {
      invalid.set(place, { field: place, message: sorting.expected.get(place) ?? wordsOf(fault, place) });
    }
  }
  for (const place of missing.keys()) invalid.delete(place);
  return { missing: [...missing.values()], invalid: [...invalid.values()] };
}

/** Where the spec says in words what a pattern would not tell a caller. */
export function expectedWords(
  schemas: Iterable<readonly [name: string, schema: SchemaObject]>,
): Map<string, string> {
  const words = new Map<string, string>();
  for (const [name, reference] of schemas) {
    const expected = dereference<SchemaObject>(reference)["x-expected"];
    if (expected !== undefined) words.set(name, expected);
  }
  return words;
}

/** A required top-level field that is absent or null; where errors are sentences, an empty one too. */
function isMissing(fault: RawFault, { body, required, emptyIsMissing }: Sorting): boolean {
  const [, place, name, ...deeper] = fault.path.split("/");
  if (name === undefined || deeper.length > 0) return false;
  if (fault.keyword === "required") return true;
  if (place !== "body" || !required.includes(name)) return false;
  const value = (body as Record<string, unknown>)[name];
  return value === null || (value === "" && emptyIsMissing);
}

function fieldOf(path: string): string {
  const [, place, ...names] = path.split("/");
  const unescaped = names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (place === "headers") return headerName(unescaped.join(""));
  return unescaped.length === 0 ? (place ?? "body") : unescaped.join(".");
}

function headerName(lower: string): string {
  return lower.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}

function wordsOf(fault: RawFault, place: string): string {
  if (fault.keyword === "additionalProperties") return `Unknown field: "${place}"`;
  if (fault.keyword === "required") return `Missing required field: "${place}"`;
  if (fault.keyword === "format") {
    const format = /"(.+)"$/.exec(fault.message)?.[1] ?? "";
    return formatWords[format] ?? fault.message;
  }
  return fault.message;
}
