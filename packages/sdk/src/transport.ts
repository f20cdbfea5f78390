import type { paths } from "@onehazel/spec";
// The only file that knows openapi-fetch: its types make `raw`, and it makes an operation's URL. Why not more:
// docs/decisions/0014-what-is-used-of-openapi-fetch.md.
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
import { checkPathParameters, checkSegment, parseJson, toJson } from "./request.js";
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

/** What an answer that is an error gives instead of data; or it throws. */
type OnError = (outcome: Outcome) => unknown;
const throwError: OnError = ({ error }) => {
  throw error;
};

/** Sends operations with one API key: the seam between resources and the network. */
export class Transport {
  readonly #kind: CredentialKind;
  readonly #config: Config;
  #apiKey: string;

  constructor(kind: CredentialKind, options: ClientOptions, config?: Config) {
    this.#kind = kind;
    this.#apiKey = checkApiKey(kind, options?.apiKey);
    this.#config = config ?? resolveOptions(options);
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
  call<Id extends OperationId>(
    id: Id,
    input: Input<Id>,
    options?: IdempotentCallOptions,
  ): Promise<Settled<AnswerOf<Id>>> {
    return this.#call(id, input, options);
  }

  /**
   * As `call`, for a DELETE: a reply with `goneCode` after an earlier attempt's answer was lost means that the thing is
   * gone, most likely by that attempt, and comes back as `undefined` instead of an error.
   */
  callUntilGone<Id extends OperationId>(
    id: Id,
    goneCode: ErrorCode,
    input: Input<Id>,
    options?: CallOptions,
  ): Promise<Settled<AnswerOf<Id> | undefined>> {
    return this.#call(id, input, options, ({ error, isAnswerLost }) => {
      if (!isAnswerLost || !isAPIError(error, goneCode)) throw error;
    });
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
    const sent = await this.#send(operation, { params: input, parseAs: "stream" }, options);
    const { signal, timeoutMs = this.#config.timeoutMs } = options;
    yield* linesOf<Line>(operation, sent, timeoutMs, signal);
  }

  /**
   * Calls an operation with a body that is JSON already, together with the other requests of a pool. Without a deadline.
   */
  callInPool<Id extends OperationId>(
    id: Id,
    json: string,
    pool: Pool,
    options: IdempotentCallOptions,
  ): Promise<Settled<AnswerOf<Id>>> {
    return this.#send(operationById(id), { json, pool }, { ...options, deadlineMs: Infinity });
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
    const { data, response } = await this.#send(
      operation,
      { params, body, parseAs },
      options,
      ({ isDocumented, error, reply }) => {
        if (!isDocumented) throw error;
        return parseJson(reply.text);
      },
    );
    return response.ok ? { data, response } : { error: data, response };
  }

  #call<Answer>(
    id: OperationId,
    input: { readonly body?: unknown; readonly path?: object; readonly query?: object },
    options?: IdempotentCallOptions,
    onError?: OnError,
  ): Promise<Settled<Answer>> {
    return this.#send<Answer>(operationById(id), { params: input, body: input.body }, options, onError);
  }

  async #send<Answer>(
    operation: Operation,
    { params, body, parseAs = "json", json, pool }: RawInit & InPool,
    options: IdempotentCallOptions = {},
    onError: OnError = throwError,
  ): Promise<Settled<Answer>> {
    const config = this.#config;
    checkPathParameters(params?.path);
    if (operation.id === "upsertEntity") checkSegment("externalId", Object(body).externalId);
    // Headers of the platform are slow to make, and most calls bring none of their own.
    const headers =
      options.headers || params?.header
        ? mergeHeaders(config.headers, options.headers, params?.header)
        : config.headers;
    const idempotencyKey = keyFor(operation, options, headers);
    const outcome = await exchange({
      operation,
      url: createFinalURL(operation.path, {
        baseUrl: config.baseUrl,
        params: (params ?? {}) as never,
        querySerializer,
        pathSerializer,
      }),
      headers,
      body: json ?? toJson(body),
      isStream: parseAs === "stream",
      idempotencyKey,
      signal: options.signal,
      config,
      timeoutMs: checkDuration("timeoutMs", options.timeoutMs ?? config.timeoutMs),
      deadlineMs: checkDuration("deadlineMs", options.deadlineMs ?? config.deadlineMs),
      retries: checkRetries(options.retries ?? config.retries),
      pool,
      apiKey: () => this.#apiKey,
    });
    const { reply, attempts } = outcome;
    const { response } = reply;
    let data: unknown;
    if (outcome.error) data = onError(outcome);
    else if (parseAs === "stream") data = response.body;
    // A new Response knows how to be read as the other things that fetch can read.
    else if (parseAs !== "json") data = await new Response(reply.text)[parseAs as "text"]();
    else {
      data = parseJson(reply.text);
      if (Object(data).success !== true) throw decodeError(outcome, idempotencyKey);
    }
    return { data: data as Answer, response, attempts, idempotencyKey };
  }
}

function keyFor(
  operation: Operation,
  options: IdempotentCallOptions,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  if (options.idempotencyKey !== undefined && !operation.idempotent) {
    throw new ArgumentError(`${operation.id} takes no idempotencyKey: its repeats are not recognised`);
  }
  const given = options.idempotencyKey ?? headers["idempotency-key"];
  if (!operation.idempotent) return given;
  return given === undefined ? newIdempotencyKey() : checkIdempotencyKey(given);
}

function decodeError({ reply, attempts }: Outcome, idempotencyKey: string | undefined): DecodeError {
  const requestId = requestIdOf(reply.headers);
  return new DecodeError(reply.status, snippetOf(reply.text), { attempts, idempotencyKey, requestId });
}
