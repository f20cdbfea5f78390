// Formats whose values have a length of their own.
const boundedFormats = ["date-time", "uuid"];

/** Nothing that travels is unbounded: strings say maxLength, arrays maxItems, numbers both ends. */
export function bounds() {
  return {
    Schema(schema, { report, location }) {
      for (const message of missing(schema)) report({ message, location });
    },
  };
}

function missing(schema) {
  if (schema.enum !== undefined || schema.const !== undefined) return [];
  const types = [schema.type].flat();
  const found = [];
  if (types.includes("string") && schema.maxLength === undefined && !boundedFormats.includes(schema.format))
    found.push("A string says `maxLength`.");
  if (types.includes("array") && schema.maxItems === undefined) found.push("An array says `maxItems`.");
  if (types.includes("integer") || types.includes("number")) {
    if ((schema.minimum ?? schema.exclusiveMinimum) === undefined) found.push("A number says `minimum`.");
    if ((schema.maximum ?? schema.exclusiveMaximum) === undefined) found.push("A number says `maximum`.");
  }
  return found;
}
