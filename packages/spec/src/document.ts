import { readFileSync } from "node:fs";
import type { components, operations } from "./generated/openapi.js";

/** The name of an operation of the spec: the only key by which the server finds anything. */
export type OperationId = keyof operations;
/** A code of an error reply: a closed set. */
export type ErrorCode = components["schemas"]["ErrorCode"];

/** A JSON Schema of the document; references point into the document itself. */
export interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly "x-expected"?: string;
  readonly [keyword: string]: unknown;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: "query" | "header" | "path";
  readonly required?: boolean;
  readonly schema: SchemaObject;
  readonly example?: unknown;
}

export interface OperationObject {
  readonly operationId: OperationId;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (ParameterObject | { readonly $ref: string })[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: SchemaObject; readonly example?: unknown }>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly [extension: `x-${string}`]: unknown;
}

export interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaObject>> } & Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >;
  readonly [extension: `x-${string}`]: unknown;
}

/** The bundled OpenAPI 3.1 document, as `openapi.yaml` generates it. Shared and not to be changed: clone it first. */
export const document: Document = JSON.parse(
  readFileSync(new URL("../generated/openapi.json", import.meta.url), "utf8"),
);

/** What `value` refers to inside the document, or `value` itself where it is no reference. */
export function dereference<T>(value: T | { readonly $ref: string }): T {
  const pointer = (value as { readonly $ref?: string }).$ref;
  if (pointer === undefined) return value as T;
  const names = pointer
    .slice(2)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  let found: unknown = document;
  for (const name of names) found = (found as Record<string, unknown>)[name];
  return dereference(found as T);
}
