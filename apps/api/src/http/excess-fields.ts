import { dereference, type SchemaObject } from "@onehazel/spec";
import type { Body } from "./body.js";
import type { Fault } from "./errors.js";

/** As in `"":0,`: so short a text as most are cannot hold too many. */
const unitsOfFieldMin = 5;

/**
 * Fields that a closed object of the schema does not know, where they are too many to be a slip. The validator makes an error
 * of each and would be at it for a second; empty where there are no more than `faultsMax`.
 */
export function excessFields(
  { value, text }: Body,
  schema: SchemaObject | undefined,
  faultsMax: number,
): Fault[] {
  if (schema === undefined || text.length < faultsMax * unitsOfFieldMin) return [];
  const faults: Fault[] = [];
  collect(value, schema, "", faults, faultsMax + 1);
  return faults.length > faultsMax ? faults.slice(0, faultsMax) : [];
}

function collect(
  value: unknown,
  reference: SchemaObject,
  path: string,
  faults: Fault[],
  faultsMax: number,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const schema = dereference<SchemaObject>(reference);
  const { properties = {} } = schema;
  for (const key of Object.keys(value)) {
    if (faults.length >= faultsMax) return;
    const field = path === "" ? key : `${path}.${key}`;
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property !== undefined) {
      collect((value as Record<string, unknown>)[key], property, field, faults, faultsMax);
    } else if (schema.additionalProperties === false) {
      faults.push({ field, message: "Unknown field" });
    }
  }
}
