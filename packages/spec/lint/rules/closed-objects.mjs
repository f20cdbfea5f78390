/**
 * An object says what happens to names it doesn't list: `additionalProperties` or `unevaluatedProperties`. The parts of a
 * composition don't: the whole does, with `unevaluatedProperties`, since a part that closes itself rejects its siblings.
 */
export function closedObjects() {
  const silent = new Map();
  const parts = new Set();
  return {
    Schema(schema, { location, resolve }) {
      if (schema.unevaluatedProperties !== undefined)
        for (const part of [schema.allOf, schema.anyOf, schema.oneOf].flat())
          if (part !== undefined) parts.add(resolve(part).node);
      const isObject = [schema.type].flat().includes("object") || schema.properties !== undefined;
      if (isObject && schema.additionalProperties === undefined && schema.unevaluatedProperties === undefined)
        silent.set(schema, location);
    },
    Root: {
      leave(_, { report }) {
        for (const [schema, location] of silent)
          if (!parts.has(schema))
            report({
              message: "An object says `additionalProperties` or `unevaluatedProperties`.",
              location,
            });
      },
    },
  };
}
