import type { OperatorKeys } from "@onehazel/crypto";
import type { OperationId, OperationTypes } from "@onehazel/spec";
import type { Context, TransactionContext } from "./context.js";
import type { Credential, OperatorCredential, PlatformCredential, TemplateVersion } from "./credential.js";
import type { Fault } from "./errors.js";

type Part<T> = [NonNullable<T>] extends [never] ? Record<string, never> : NonNullable<T>;
type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;
type Answer<Status, Response> = Response extends { content: { "application/x-ndjson": infer Line } }
  ? { readonly status: Status; readonly lines: AsyncIterable<Line> }
  : { readonly status: Status; readonly body: Json<Response> };

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
  [Status in keyof OperationTypes[Id]["responses"] & (200 | 201)]: Answer<
    Status,
    OperationTypes[Id]["responses"][Status]
  >;
}[keyof OperationTypes[Id]["responses"] & (200 | 201)];

/** A success whose bytes exist already: made by the database, or remembered by it. */
export interface TextReply {
  readonly status: number;
  readonly text: string;
  readonly replayed: boolean;
}

/** A success whose JSON is made from a value. */
export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/** A success that is sent line by line while it is made, each line one JSON value. */
export interface StreamReply {
  readonly status: number;
  /** What it throws breaks the transfer off, so that nobody takes a part for the whole. */
  readonly lines: AsyncIterable<unknown>;
}

/** The faults of a body that no schema can name. It sees every body that parsed, so the spec's own may be among them. */
export type BodyCheck = (body: unknown) => readonly Fault[];

/** What bodies are checked against, in addition to the specification. */
export interface CheckedUnder {
  readonly template: TemplateVersion | undefined;
  /** Now, by the database's clock. */
  readonly asOf: Date;
  readonly keys: OperatorKeys;
}

/**
 * Further faults of a request that already has faults: those against the operator's template and the clock. With them, one response lists
 * every fault; for a request without other faults, its handler finds them. Is called with any body, and must not throw.
 */
export type TemplateCheck = (
  under: CheckedUnder,
  body: unknown,
  params: Readonly<Record<string, string>>,
) => readonly Fault[];

/** A handler, and what it needs around it. */
export interface Handling<Input, Reply> {
  /** Whose credentials it works with; the spec's `security` says the same by their schemes. */
  readonly reach: readonly Credential["reach"][];
  readonly check: BodyCheck | undefined;
  readonly checkTemplate?: TemplateCheck | undefined;
  readonly run:
    | {
        readonly how: "direct" | "hot";
        readonly handler: (context: never, input: Input) => Promise<Reply | TextReply>;
      }
    | { readonly how: "transaction"; readonly handler: (context: never, input: Input) => Promise<Reply> }
    | { readonly how: "stream"; readonly handler: (context: never, input: Input) => Promise<Reply> };
}

/** Every operation of the spec with its handler: one that is missing, misspelt or of another shape does not compile. */
export type Operations = { readonly [Id in OperationId]: Handling<InputOf<Id>, ReplyOf<Id>> };

/**
 * An operator's call in one round trip: one function of the database holds the credential's proof against the present and does the
 * work, so the credential may be one that was resolved a moment ago.
 */
export function operatorHot<Input, Reply extends JsonReply>(
  handler: (context: Context<OperatorCredential>, input: Input) => Promise<Reply | TextReply>,
  checkTemplate?: TemplateCheck,
): Handling<Input, Reply> {
  return { reach: ["operator"], check: undefined, checkTemplate, run: { how: "hot", handler } };
}

/** An operator's call that sees to its own round trips. */
export function operatorDirect<Input, Reply extends JsonReply>(
  handler: (context: Context<OperatorCredential>, input: Input) => Promise<Reply | TextReply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { reach: ["operator"], check, run: { how: "direct", handler } };
}

/** An operator's call whose answer is streamed, and that sees to its own round trips. */
export function operatorStream<Input, Reply extends StreamReply>(
  handler: (context: Context<OperatorCredential>, input: Input) => Promise<Reply>,
): Handling<Input, Reply> {
  return { reach: ["operator"], check: undefined, run: { how: "stream", handler } };
}

/** An operator's call in one transaction, with idempotency where the spec honours it. */
export function operatorCall<Input, Reply extends JsonReply>(
  handler: (context: TransactionContext<OperatorCredential>, input: Input) => Promise<Reply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { reach: ["operator"], check, run: { how: "transaction", handler } };
}

/** A platform's call in one transaction, with idempotency where the spec honours it. */
export function platformCall<Input, Reply extends JsonReply>(
  handler: (context: TransactionContext<PlatformCredential>, input: Input) => Promise<Reply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { reach: ["platform"], check, run: { how: "transaction", handler } };
}

/** A call that an operator and its platform may both make. */
export function sharedCall<Input, Reply extends JsonReply>(
  handler: (context: TransactionContext, input: Input) => Promise<Reply>,
  check?: BodyCheck,
): Handling<Input, Reply> {
  return { reach: ["operator", "platform"], check, run: { how: "transaction", handler } };
}
