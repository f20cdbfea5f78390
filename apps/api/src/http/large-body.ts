import { dereference, type SchemaObject } from "@onehazel/spec";
import type { RawFault } from "./faults.js";
import { rawFault, shallowSchema } from "./schemas.js";
import type { Turns } from "./turns.js";

/** A shorter body has too few values to keep the validator busy for long. */
export const largeBodyUnitsMin = 8_192;
/** More than a response lists, because one value can have several faults. */
const faultsMax = 400;

interface Node {
  readonly value: unknown;
  readonly schema: SchemaObject;
  readonly path: string;
}

interface Walk {
  /** Values that still have to be validated; grows during the loop. */
  readonly nodes: Node[];
  readonly faults: RawFault[];
  /** Kept separately, so that a large number of them does not hide a missing field. */
  readonly unknownFields: RawFault[];
}

/**
 * Returns the faults of a large body, the outermost first, up to a bound. Validating the whole body at once can take time quadratic in
 * the number of faults, so this validates value by value and lets other requests run in between.
 */
export async function faultsOfLargeBody(
  value: unknown,
  schema: SchemaObject,
  turns: Turns,
): Promise<RawFault[]> {
  const walk: Walk = {
    nodes: [{ value, schema: dereference(schema), path: "/body" }],
    faults: [],
    unknownFields: [],
  };
  for (let at = 0; at < walk.nodes.length && walk.faults.length < faultsMax; at += 1) {
    if (at % 256 === 0 && turns.isOver()) await turns.next();
    const node = walk.nodes[at] as Node;
    collectOwnFaults(node, node.value, node.schema, walk);
    if (Array.isArray(node.value)) addItems(node, walk);
    else if (typeof node.value === "object" && node.value !== null) addFields(node, node.value, walk);
  }
  return [...walk.faults, ...walk.unknownFields];
}

function collectOwnFaults({ path }: Node, value: unknown, schema: SchemaObject, { faults }: Walk): void {
  const isValid = shallowSchema(schema);
  if (!isValid(value)) for (const error of isValid.errors ?? []) faults.push(rawFault(path, error));
}

function addItems({ value, schema, path }: Node, { nodes }: Walk): void {
  const items = schema.items as SchemaObject | undefined;
  if (items === undefined) return;
  const itemSchema = dereference(items);
  for (const [index, item] of (value as unknown[]).entries())
    nodes.push({ value: item, schema: itemSchema, path: `${path}/${index}` });
}

function addFields(node: Node, value: object, walk: Walk): void {
  const { schema, path } = node;
  const { properties = {}, additionalProperties, propertyNames } = schema;
  const isClosed = additionalProperties === false;
  const isMap = typeof additionalProperties === "object" || propertyNames !== undefined;
  // Objects that may hold anything, such as `data`, are not searched.
  const names = isClosed || isMap ? Object.keys(value) : Object.keys(properties);
  for (const name of names) {
    if (!Object.hasOwn(value, name)) continue;
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known === undefined && isClosed) {
      const fault = { path: `${path}/${name}`, keyword: "additionalProperties", message: "" };
      if (walk.unknownFields.length < faultsMax) walk.unknownFields.push(fault);
      continue;
    }
    if (propertyNames !== undefined && walk.faults.length < faultsMax)
      collectOwnFaults(node, name, dereference(propertyNames as SchemaObject), walk);
    const field = known ?? (isMap ? (additionalProperties as SchemaObject | undefined) : undefined);
    if (field === undefined) continue;
    const inner = (value as Record<string, unknown>)[name];
    walk.nodes.push({ value: inner, schema: dereference(field), path: `${path}/${name}` });
  }
}
