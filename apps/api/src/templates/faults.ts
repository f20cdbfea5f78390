import type { Fault } from "../http/errors.js";

const schemaBytesMax = 65_536;
const fieldsMax = 200;
/** Longer names are refused by the spec, and not to be said back. */
const nameCharactersMax = 255;

type Json = Readonly<Record<string, unknown>>;

/** What no schema can say of a template: how its parts must fit together. Sees any body, so it takes nothing for granted. */
export function templateFaults(body: unknown): Fault[] {
  const schema = objectOf(objectOf(body).schema);
  if (Buffer.byteLength(JSON.stringify(schema)) > schemaBytesMax) {
    return [{ field: "schema", message: `must not be over ${schemaBytesMax} bytes of JSON` }];
  }
  const entityTypes = objectOf(schema.entity_types);
  const eventTypes = objectOf(schema.event_types);
  return [
    ...Object.entries(entityTypes).flatMap(([name, type]) => typeFaults(`schema.entity_types.${name}`, type)),
    ...Object.entries(eventTypes).flatMap(([name, type]) => typeFaults(`schema.event_types.${name}`, type)),
    ...Object.keys(eventTypes)
      .filter((name) => Object.hasOwn(entityTypes, name))
      .map((name) => ({
        field: `schema.event_types.${name}`,
        message: "must not have the name of an entity type",
      })),
    ...repeated("schema.state_keys", namesOf(schema.state_keys)),
    ...Object.entries(objectOf(schema.pii_fields)).flatMap(([name, fields]) =>
      piiFaults(`schema.pii_fields.${name}`, fields, typeNamed(name, entityTypes, eventTypes)),
    ),
  ];
}

function typeFaults(field: string, type: unknown): Fault[] {
  const names = fieldsOf(type);
  const tooMany = [{ field, message: `must not have more than ${fieldsMax} fields` }];
  return [...(names.length > fieldsMax ? tooMany : []), ...repeated(field, names)];
}

function piiFaults(field: string, fields: unknown, type: unknown): Fault[] {
  if (type === undefined) return [{ field, message: "must be named like an entity type or an event type" }];
  const known = new Set(fieldsOf(type));
  const names = namesOf(fields);
  const strangers = names
    .filter((name) => !known.has(name))
    .map((name) => ({ field, message: `"${name}" must be a required or an optional field of its type` }));
  return [...strangers, ...repeated(field, names)];
}

function repeated(field: string, names: readonly string[]): Fault[] {
  const seen = new Set<string>();
  const twice = new Set(names.filter((name) => seen.size === seen.add(name).size));
  return [...twice].map((name) => ({ field, message: `"${name}" must be named once` }));
}

function typeNamed(name: string, ...kinds: readonly Json[]): unknown {
  return kinds.find((types) => Object.hasOwn(types, name))?.[name];
}

function fieldsOf(type: unknown): string[] {
  const { required, optional } = objectOf(type);
  return [...namesOf(required), ...namesOf(optional)];
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((name) => typeof name === "string" && name.length <= nameCharactersMax)
    : [];
}
