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
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Every id that a request of the operation may carry. */
export function idPlacesOf(operation: Operation): IdPlace[] {
  const parameters = operation.parameters
    .filter(({ in: place, name }) => place === "path" || (place === "query" && isIdName(name)))
    .map(({ in: place, name }): IdPlace => ({ in: place as "path" | "query", name }));
  const fields = Object.keys(operation.bodySchema?.properties ?? {}).filter(isIdName);
  return [...parameters, ...fields.map((name): IdPlace => ({ in: "body", name }))];
}

function isIdName(name: string): boolean {
  return name === "id" || name.endsWith("Id");
}

export function keyFor(platform: TestPlatform, kind: CredentialKind): string {
  return kind === "operatorKey" ? platform.operator.key : platform.key;
}

/** The body that the spec shows, as fresh JSON; undefined where it takes none. */
export function exampleBody(operation: Operation): Record<string, unknown> | undefined {
  const item = document.paths[operation.path]?.[operation.method.toLowerCase()] as OperationObject;
  return structuredClone(item.requestBody?.content["application/json"]?.example) as
    | Record<string, unknown>
    | undefined;
}

/** The spec's own example, its ids replaced: `swap` says which thing each place names. */
export function exampleRequest(
  operation: Operation,
  key: string,
  swap: (place: IdPlace) => Things,
): SpecRequest {
  const body = exampleBody(operation);
  let { path } = operation;
  const query = new URLSearchParams();
  for (const place of idPlacesOf(operation)) {
    const id = swap(place)[kindOf(operation, place.name)];
    if (place.in === "path") path = path.replace(`{${place.name}}`, encodeURIComponent(id));
    else if (place.in === "query") query.set(place.name, id);
    else if (body !== undefined && place.name in body) body[place.name] = id;
  }
  const search = query.size === 0 ? "" : `?${query}`;
  return { method: operation.method, path: `${path}${search}`, key, body };
}

/** A request whose ids are all of nothing: for what is answered before anything is looked up. */
export function emptyRequest(operation: Operation, key: string): SpecRequest {
  return exampleRequest(operation, key, () => absent);
}

export function schemaOf(reference: SchemaObject): SchemaObject {
  return dereference<SchemaObject>(reference);
}
