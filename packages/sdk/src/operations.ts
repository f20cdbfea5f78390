import type { components, OperationTypes } from "@onehazel/spec";
import { errorCodes, operationRows } from "./generated/operations.js";

type Schemas = components["schemas"];

/** The name of an operation of the API's specification. */
export type OperationId = keyof OperationTypes;

/** What went wrong, for programs: the closed set of the API's specification. */
export type ErrorCode = Schemas["ErrorCode"];

/** One fault of a request: where it is (dots lead into objects) and what it is. */
export type ErrorDetail = Schemas["ErrorDetail"];

/** What the client has to know about an operation while it runs; derived from the specification. */
export interface OperationFacts {
  /** In upper case. */
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path's template, for example `/operator-data-api/entities/{externalId}`. */
  readonly path: string;
  /** The server honours an Idempotency-Key. */
  readonly idempotent: boolean;
}

/** An operation with its name. */
export interface Operation extends OperationFacts {
  readonly id: OperationId;
}

type Row = readonly [method: OperationFacts["method"], path: string, idempotent?: string];
const rows: Readonly<Record<OperationId, string>> = operationRows;

/** Every operation of the specification. */
export const operations: readonly Operation[] = (Object.keys(rows) as OperationId[]).map(operationById);
const codes: ReadonlySet<string> = new Set<ErrorCode>(errorCodes);

export function operationById(id: OperationId): Operation {
  const [method, path, idempotent] = rows[id].split(" ") as unknown as Row;
  return { id, method, path, idempotent: idempotent !== undefined };
}

/** The operation of a method (in upper case) and a path's template, if the specification has one. */
export function operationByRoute(method: string, path: string): Operation | undefined {
  return operations.find((operation) => operation.method === method && operation.path === path);
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return codes.has(value as string);
}

type Json<Content> = Content extends { content: { "application/json": infer Value } } ? Value : never;
type Success<Responses> = Json<Responses[keyof Responses & (200 | 201)]>;

/** The body that an operation takes. */
export type BodyOf<Id extends OperationId> = Json<NonNullable<OperationTypes[Id]["requestBody"]>>;
/** The query parameters that an operation takes. */
export type QueryOf<Id extends OperationId> = NonNullable<OperationTypes[Id]["parameters"]["query"]>;
/** The path parameters that an operation takes. */
export type PathOf<Id extends OperationId> = NonNullable<OperationTypes[Id]["parameters"]["path"]>;
/** The whole body of an operation's success, envelope included. */
export type AnswerOf<Id extends OperationId> = Success<OperationTypes[Id]["responses"]>;
type HeaderOf<Id extends OperationId> = NonNullable<OperationTypes[Id]["parameters"]["header"]>;
/** The operations for which the server honours an Idempotency-Key. */
export type IdempotentOperationId = {
  [Id in OperationId]: [HeaderOf<Id>] extends [never]
    ? never
    : "Idempotency-Key" extends keyof HeaderOf<Id>
      ? Id
      : never;
}[OperationId];

/** What an operation is called with. */
export interface Input<Id extends OperationId> {
  readonly path?: PathOf<Id>;
  readonly query?: QueryOf<Id>;
  readonly body?: BodyOf<Id>;
}
