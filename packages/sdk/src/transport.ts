import type { paths } from "@onehazel/spec";
// The only file that knows openapi-fetch: its types make `raw`, and its serializers an operation's URL. Its client is left
// out, since it is a good part of what this package would weigh and would build and read every request a second time.
import { type Client, createFinalURL } from "openapi-fetch";
import type { Settled } from "./api-promise.js";
import type { Clock } from "./clock.js";
import { type CredentialKind, checkApiKey } from "./credential.js";
import { ArgumentError, DecodeError } from "./errors.js";
import { exchange, type Outcome } from "./exchange.js";
import { isAPIError } from "./guards.js";
import { checkIdempotencyKey, newIdempotencyKey, sha256Hex } from "./idempotency.js";
import { linesOf } from "./ndjson.js";
import {
  type AnswerOf,
  type ErrorCode,
  type Input,
  type Operation,
  type OperationId,
  operationById,
  operationByRoute,
} from "./operations.js";
import {
  type CallOptions,
  type ClientOptions,
  type Config,
  checkDuration,
  checkRetries,
  type IdempotentCallOptions,
  mergeHeaders,
  resolveOptions,
} from "./options.js";
import type { Pool } from "./pool.js";
import { snippetOf } from "./redact.js";
import { checkPathParameters, parseJson, toJson } from "./request.js";
import { requestIdOf } from "./retry-after.js";

// The specification has plain values only: openapi-fetch's ways to write lists and objects are left out too.
const pathSerializer = (path: string, values: Readonly<Record<string, unknown>>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
const querySerializer = (values: object) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");

/**
 * The client of openapi-fetch over the types of the specification, through the retrying transport. A reply that the specification
 * declares comes back as `{ data, response }` or `{ error, response }`; anything else (no answer, a proxy's page, an empty
 * body) is thrown as the errors of this package. `signal`, `timeoutMs`, `deadlineMs` and `retries` go beside `params`;
 * other options of `fetch` are not used.
 */
export type RawClient = Pick<Client<paths>, "GET" | "POST" | "PUT" | "PATCH" | "DELETE">;

type RawInit = CallOptions & {
  readonly params?:
    | { readonly path?: object; readonly query?: object; readonly header?: Readonly<Record<string, string>> }
    | undefined;
  readonly body?: unknown;
  readonly parseAs?: string | undefined;
};
interface InPool {
  readonly json?: string;
  readonly pool?: Pool;
}
type RawResult = { readonly data?: unknown; readonly error?: unknown; readonly response: Response };

interface Sent extends RawResult {
  readonly outcome: Outcome;
  readonly idempotencyKey: string | undefined;
}

/** Sends operations with one API key: the seam between resources and the network. */
export class Transport {
  readonly #kind: CredentialKind;
  readonly #config: Config;
  #apiKey: string;

  constructor(kind: CredentialKind, options: ClientOptions, config: Config = resolveOptions(options)) {
    this.#kind = kind;
    this.#apiKey = checkApiKey(kind, options.apiKey);
    this.#config = config;
  }

  readonly raw: RawClient = Object.fromEntries(
    ["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => [
      method,
      (path: string, init: RawInit = {}) => this.#sendRaw(method, path, init),
    ]),
  ) as never;

  /**
   * Calls an operation by its name and gives the whole body of its success.
   *
   * @throws OneHazelError: whatever came instead of a success.
   */
  async call<Id extends OperationId>(
    id: Id,
    input: Input<Id>,
    options: IdempotentCallOptions = {},
  ): Promise<Settled<AnswerOf<Id>>> {
    const sent = await this.#send(operationById(id), inputInit(input), options, "throw");
    return settle(sent, sent.data as AnswerOf<Id>);
  }

  /**
   * As `call`, for a DELETE: a reply with `goneCode` after an earlier attempt's answer was lost means that the thing is
   * gone, most likely by that attempt, and comes back as `undefined` instead of an error.
   */
  async callUntilGone<Id extends OperationId>(
    id: Id,
    goneCode: ErrorCode,
    input: Input<Id>,
    options: CallOptions = {},
  ): Promise<Settled<AnswerOf<Id> | undefined>> {
    const sent = await this.#send(operationById(id), inputInit(input), options, ({ error, isAnswerLost }) =>
      isAnswerLost && isAPIError(error, goneCode) ? "return" : "throw",
    );
    return settle(sent, sent.data as AnswerOf<Id> | undefined);
  }

  /**
   * Calls an operation that answers NDJSON and gives its lines as they arrive. Retries end with the first byte; from then on
   * `timeoutMs` bounds each wait for more, and there is no deadline.
   */
  async *lines<Line extends { readonly type: string }>(
    id: OperationId,
    input: Input<OperationId>,
    options: CallOptions = {},
  ): AsyncGenerator<Line, void, undefined> {
    const operation = operationById(id);
    const { outcome, data } = await this.#send(
      operation,
      { ...inputInit(input), parseAs: "stream" },
      options,
      "throw",
    );
    const { signal, timeoutMs = this.#config.timeoutMs } = options;
    const stream = data as ReadableStream<Uint8Array> | undefined;
    yield* linesOf<Line>(operation, outcome, stream, timeoutMs, signal);
  }

  /**
   * Calls an operation with a body that is JSON already, together with the other requests of a pool. Without a deadline.
   */
  async callInPool<Id extends OperationId>(
    id: Id,
    json: string,
    pool: Pool,
    options: IdempotentCallOptions,
  ): Promise<AnswerOf<Id>> {
    const sent = await this.#send(
      operationById(id),
      { json, pool },
      { ...options, deadlineMs: Infinity },
      "throw",
    );
    return sent.data as AnswerOf<Id>;
  }

  /** Time and chance of this client. */
  get clock(): Clock {
    return this.#config.clock;
  }

  /** SHA-256 of the API key in hexadecimal, as the server lists it. */
  apiKeyHash(): Promise<string> {
    return sha256Hex(this.#apiKey);
  }

  /** A transport that differs in its key only. */
  withApiKey(apiKey: string): Transport {
    return new Transport(this.#kind, { apiKey, baseUrl: this.#config.baseUrl }, this.#config);
  }

  /** Uses another key from the next attempt on. */
  useApiKey(apiKey: string): void {
    this.#apiKey = checkApiKey(this.#kind, apiKey);
  }

  async #sendRaw(method: string, path: string, init: RawInit): Promise<RawResult> {
    const operation = operationByRoute(method, path);
    if (operation === undefined) throw new ArgumentError("The API has no such method and path");
    const { params, body, parseAs, ...options } = init;
    const isDocumented = ({ isDocumented }: Outcome) => (isDocumented ? "return" : "throw");
    const sent = await this.#send(operation, { params, body, parseAs }, options, isDocumented);
    return "error" in sent
      ? { error: sent.error, response: sent.response }
      : { data: sent.data, response: sent.response };
  }

  async #send(
    operation: Operation,
    { params, body, parseAs = "json", json, pool }: RawInit & InPool,
    options: IdempotentCallOptions,
    onError: "throw" | ((outcome: Outcome) => "throw" | "return"),
  ): Promise<Sent> {
    checkPathParameters(params?.path);
    const headers = mergeHeaders(this.#config.headers, options.headers, params?.header);
    const idempotencyKey = keyFor(operation, options, headers);
    const text = json ?? toJson(body);
    if (text !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
    const { baseUrl } = this.#config;
    const outcome = await exchange({
      operation,
      url: createFinalURL(operation.path, {
        baseUrl,
        params: { path: params?.path as Record<string, unknown>, query: params?.query as never },
        querySerializer,
        pathSerializer,
      }),
      headers,
      body: text,
      isStream: parseAs === "stream",
      idempotencyKey,
      signal: options.signal,
      config: withCallOptions(this.#config, options),
      pool,
      apiKey: () => this.#apiKey,
    });
    const { reply, error } = outcome;
    const sent = { response: reply.response, outcome, idempotencyKey };
    if (error !== undefined) {
      if (onError === "throw" || onError(outcome) === "throw") throw error;
      return { ...sent, error: parseJson(reply.text) };
    }
    if (parseAs === "stream") return { ...sent, data: reply.response.body };
    // A new Response knows how to be read as the other things that fetch can read.
    if (parseAs !== "json") return { ...sent, data: await new Response(reply.text)[parseAs as "text"]() };
    const data = parseJson(reply.text);
    if (!isSuccess(data)) throw decodeError(outcome, idempotencyKey);
    return { ...sent, data };
  }
}

function inputInit(input: Input<OperationId>): RawInit {
  const { path, query, body } = input as { path: object; query: object; body?: unknown };
  return { params: { path, query }, body };
}

function keyFor(operation: Operation, options: IdempotentCallOptions, headers: Headers): string | undefined {
  if (options.idempotencyKey !== undefined && !operation.idempotent) {
    throw new ArgumentError(`${operation.id} takes no idempotencyKey: its repeats are not recognised`);
  }
  const given = options.idempotencyKey ?? headers.get("idempotency-key") ?? undefined;
  if (!operation.idempotent) return given;
  const key = given === undefined ? newIdempotencyKey() : checkIdempotencyKey(given);
  headers.set("Idempotency-Key", key);
  return key;
}

function withCallOptions(config: Config, options: CallOptions): Config {
  return {
    ...config,
    timeoutMs: checkDuration("timeoutMs", options.timeoutMs ?? config.timeoutMs),
    deadlineMs: checkDuration("deadlineMs", options.deadlineMs ?? config.deadlineMs),
    retries: checkRetries(options.retries ?? config.retries),
  };
}

function isSuccess(data: unknown): boolean {
  return (data as { readonly success?: unknown } | null | undefined)?.success === true;
}

function decodeError({ reply, attempts }: Outcome, idempotencyKey: string | undefined): DecodeError {
  const requestId = requestIdOf(reply.headers);
  return new DecodeError(reply.status, snippetOf(reply.text), { attempts, idempotencyKey, requestId });
}

function settle<T>({ response, outcome, idempotencyKey }: Sent, data: T): Settled<T> {
  return { data, response, attempts: outcome.attempts, idempotencyKey };
}
