import type { OperationId, OperationTypes } from "@onehazel/spec";
import type { Context, TransactionContext } from "./context.js";
import type { Credential, OperatorCredential, PlatformCredential } from "./credential.js";
import type { Fault } from "./errors.js";

type Part<T> = [NonNullable<T>] extends [never] ? Record<string, never> : NonNullable<T>;
type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;

/** What a handler is given, typed by the spec: decoded, validated, defaults filled in. */
export interface InputOf<Id extends OperationId> {
  readonly params: Part<OperationTypes[Id]["parameters"]["path"]>;
  readonly query: Part<OperationTypes[Id]["parameters"]["query"]>;
  readonly body: OperationTypes[Id] extends { requestBody?: infer Body }
    ? Json<NonNullable<Body>>
    : undefined;
}

/** What a handler may answer: one of the successes that the spec declares. Everything else is thrown as `ApiError`. */
export type ReplyOf<Id extends OperationId> = {
  [Status in keyof OperationTypes[Id]["responses"] & (200 | 201)]: {
    readonly status: Status;
    readonly body: Json<OperationTypes[Id]["responses"][Status]>;
  };
}[keyof OperationTypes[Id]["responses"] & (200 | 201)];

/** A success whose bytes exist already: made by the database, or remembered by it. */
export interface TextReply {
  readonly status: number;
  readonly text: string;
  readonly replayed: boolean;
}

/** The faults of a body that no schema can name. It sees every body that parsed, so the spec's own may be among them. */
export type BodyCheck = (body: unknown) => readonly Fault[];

/** A handler, and what it needs around it. */
export interface Handling<Input, Reply> {
  readonly credentials: readonly Credential["kind"][];
  readonly check: BodyCheck | undefined;
  readonly run:
    | {
        readonly how: "direct";
        readonly handler: (context: never, input: Input) => Promise<Reply | TextReply>;
      }
    | { readonly how: "transaction"; readonly handler: (context: never, input: Input) => Promise<Reply> };
}

/** Every operation of the spec with its handler: one that is missing, misspelt or of another shape does not compile. */
export type Operations = { readonly [Id in OperationId]: Handling<InputOf<Id>, ReplyOf<Id>> };

/** An operator's call that sees to its own round trips: the hot paths. */
export function operatorDirect<Input, Reply>(
  handler: (context: Context<OperatorCredential>, input: Input) => Promise<Reply | TextReply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { credentials: ["operatorKey"], check, run: { how: "direct", handler } };
}

/** An operator's call in one transaction, with idempotency where the spec honours it. */
export function operatorCall<Input, Reply>(
  handler: (context: TransactionContext<OperatorCredential>, input: Input) => Promise<Reply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { credentials: ["operatorKey"], check, run: { how: "transaction", handler } };
}

/** A platform's call in one transaction, with idempotency where the spec honours it. */
export function platformCall<Input, Reply>(
  handler: (context: TransactionContext<PlatformCredential>, input: Input) => Promise<Reply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { credentials: ["platformKey"], check, run: { how: "transaction", handler } };
}

/** A call that an operator and its platform may both make. */
export function sharedCall<Input, Reply>(
  handler: (context: TransactionContext, input: Input) => Promise<Reply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { credentials: ["operatorKey", "platformKey"], check, run: { how: "transaction", handler } };
}
