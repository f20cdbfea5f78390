import {
  type CredentialKind,
  dereference,
  document,
  type Operation,
  type OperationObject,
  type SchemaObject,
} from "@onehazel/spec";
import type { TestPlatform } from "./harness.js";
import { absent, kindOf, type Things } from "./things.js";

/** Where a request names something by id. */
export interface IdPlace {
  readonly in: "path" | "query" | "body";
  readonly name: string;
}

/** A request as the spec says it can be made. */
export interface SpecRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: JsonBody | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;
/** A batch is an array of objects. */
export type JsonBody = JsonObject | readonly JsonObject[];

/** What an operation takes for a body: one object, a batch of them that are judged one by one, or any JSON at all. */
export function bodyKindOf({ batch, bodySchema }: Operation): "object" | "batch" | "any" {
  if (batch) return "batch";
  return bodySchema?.type === "object" ? "object" : "any";
}

/** What a body that is an object may hold, or each item of one that is a batch. */
export function fieldsOf({ batch, bodySchema }: Operation): Readonly<Record<string, SchemaObject>> {
  const schema = batch ? schemaOf(bodySchema?.items as SchemaObject) : bodySchema;
  return schema?.properties ?? {};
}

/** The same request with one fault, where its kind of body is refused whole for it: a field, or else a parameter, that nobody knows. */
export function withSurprise(operation: Operation, request: SpecRequest): SpecRequest {
  if (bodyKindOf(operation) === "object") return { ...request, body: { ...request.body, Surprise: 1 } };
  return { ...request, path: `${request.path}${request.path.includes("?") ? "&" : "?"}Surprise=1` };
}

/** Every id that a request of the operation may carry. */
export function idPlacesOf(operation: Operation): IdPlace[] {
  const parameters = operation.parameters
    .filter(({ in: place, name }) => place === "path" || (place === "query" && isIdName(name)))
    .map(({ in: place, name }): IdPlace => ({ in: place as "path" | "query", name }));
  const fields = Object.keys(fieldsOf(operation)).filter(isIdName);
  return [...parameters, ...fields.map((name): IdPlace => ({ in: "body", name }))];
}

function isIdName(name: string): boolean {
  return name === "id" || name.endsWith("Id");
}

/** The tenant's own credential of a kind, as it goes into the header. */
export function keyFor(platform: TestPlatform, kind: CredentialKind): string {
  const { operator } = platform;
  return {
    operatorKey: operator.key,
    platformKey: platform.key,
    operatorSession: operator.session,
    platformSession: platform.session,
  }[kind];
}

/** The body that the spec shows, as fresh JSON; undefined where it takes none. */
export function exampleBody(operation: Operation): JsonBody | undefined {
  const item = document.paths[operation.path]?.[operation.method.toLowerCase()] as OperationObject;
  return structuredClone(item.requestBody?.content["application/json"]?.example) as JsonBody | undefined;
}

/** The spec's own example, its ids replaced: `swap` says which thing each place names. */
export function exampleRequest(
  operation: Operation,
  key: string,
  swap: (place: IdPlace) => Things,
): SpecRequest {
  let body = exampleBody(operation);
  let { path } = operation;
  const query = new URLSearchParams();
  for (const place of idPlacesOf(operation)) {
    const id = swap(place)[kindOf(operation, place.name)];
    if (place.in === "path") path = path.replace(`{${place.name}}`, encodeURIComponent(id));
    else if (place.in === "query") query.set(place.name, id);
    else body = withId(body, place.name, id);
  }
  const search = query.size === 0 ? "" : `?${query}`;
  return { method: operation.method, path: `${path}${search}`, key, body };
}

function withId(body: JsonBody | undefined, name: string, id: string): JsonBody | undefined {
  const set = (value: JsonObject) => (name in value ? { ...value, [name]: id } : value);
  return Array.isArray(body) ? body.map(set) : body && set(body as JsonObject);
}

/** A request whose ids are all of nothing: for what is answered before anything is looked up. */
export function emptyRequest(operation: Operation, key: string): SpecRequest {
  return exampleRequest(operation, key, () => absent);
}

export function schemaOf(reference: SchemaObject): SchemaObject {
  return dereference<SchemaObject>(reference);
}
