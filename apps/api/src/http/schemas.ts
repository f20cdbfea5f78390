import { document, type SchemaObject } from "@onehazel/spec";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { RawFault } from "./faults.js";
import { checkedFormats } from "./formats.js";
import { withUnboundedIds } from "./pruned-document.js";

// Same settings as the request validator, so that an item and a request are rejected for the same reasons.
const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true, validateFormats: true });
formats.default(ajv, { mode: "fast" });
for (const [name, format] of Object.entries(checkedFormats)) ajv.addFormat(name, format);
ajv.addSchema(withUnboundedIds(structuredClone(document)), "spec");

/** The compiled schema of a component, for example `#/components/schemas/BatchEvent`. */
export function componentSchema(pointer: string | undefined): ValidateFunction | undefined {
  return ajv.getSchema(`spec${pointer}`);
}

const shallow = new WeakMap<SchemaObject, ValidateFunction>();

/** A compiled schema without its subschemas: the values inside are validated one by one. */
export function shallowSchema(schema: SchemaObject): ValidateFunction {
  const known = shallow.get(schema);
  if (known !== undefined) return known;
  const { properties: _p, items: _i, additionalProperties: _a, propertyNames: _n, ...own } = schema;
  const compiled = ajv.compile(withUnboundedIds(own));
  shallow.set(schema, compiled);
  return compiled;
}

/** An error of the compiled schemas as `sortFaults` reads it. `path` is where the validated value stands. */
export function rawFault(
  path: string,
  { instancePath, keyword, params, message = "" }: ErrorObject,
): RawFault {
  const name: unknown = params.missingProperty ?? params.additionalProperty;
  const place = typeof name === "string" ? `${instancePath}/${name}` : instancePath;
  return { path: `${path}${place}`, keyword, message };
}
