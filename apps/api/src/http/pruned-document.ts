import { document, type Operation } from "@onehazel/spec";

type Json = { readonly [key: string]: unknown };

/**
 * The document with one operation and what that one refers to. The validator compiles whatever it is handed, so its cost at
 * start, like its cost at a request, must not grow with the spec.
 */
export function prunedDocument(operation: Operation, side: "request" | "reply"): unknown {
  const item = document.paths[operation.path] ?? {};
  const method = operation.method.toLowerCase();
  const { requestBody, responses, ...rest } = item[method] as Json;
  const kept =
    side === "reply"
      ? { ...rest, responses: withLinesAsJson(responses as Json) }
      : { ...rest, ...(requestBody ? { requestBody: withoutItems(operation, requestBody as Json) } : {}) };
  const path = {
    ...(item.parameters === undefined ? {} : { parameters: item.parameters }),
    [method]: { responses: { default: { description: "" } }, ...kept },
  };
  const components: Record<string, Record<string, unknown>> = {};
  collect(path, components);
  const { openapi, info } = document;
  return withUnboundedIds(structuredClone({ openapi, info, paths: { [operation.path]: path }, components }));
}

/**
 * Removes `maxLength` from schemas with `x-unknown-when-malformed`, in place: the specification bounds our ids, but the server
 * returns 404 for a longer one, as for any id that does not exist.
 */
export function withUnboundedIds<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const schema = value as Record<string, unknown>;
  if (schema["x-unknown-when-malformed"] === true) delete schema.maxLength;
  for (const child of Object.values(schema)) withUnboundedIds(child);
  return value;
}

/** Lines are held against their schema one at a time, each as the JSON that it is. */
function withLinesAsJson(responses: Json): Json {
  const entries = Object.entries(responses).map(([status, response]) => {
    const { content = {}, ...rest } = response as { content?: Json };
    const lines = content["application/x-ndjson"];
    return [status, lines === undefined ? response : { ...rest, content: { "application/json": lines } }];
  });
  return Object.fromEntries(entries);
}

/** A batch is held against its bounds as a whole; its items one by one, elsewhere, so that bad ones are reported. */
function withoutItems({ batch, bodySchema }: Operation, requestBody: Json): Json {
  if (!batch) return requestBody;
  const { items: _, ...schema } = bodySchema ?? {};
  return { ...requestBody, content: { "application/json": { schema } } };
}

function collect(value: unknown, components: Record<string, Record<string, unknown>>): void {
  if (typeof value !== "object" || value === null) return;
  const reference = (value as { $ref?: unknown }).$ref;
  if (typeof reference === "string") {
    const [, , kind = "", name = ""] = reference.split("/");
    const group = components[kind] ?? {};
    components[kind] = group;
    if (Object.hasOwn(group, name)) return;
    group[name] = document.components[kind]?.[name];
    collect(group[name], components);
  }
  for (const child of Object.values(value)) collect(child, components);
}
