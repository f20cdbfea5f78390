import { type Operation, type OperationId, operations as specOperations } from "@onehazel/spec";
import type { Request, Response } from "express";
import { requireOneAuthorization } from "./authorization-header.js";
import { authorize } from "./authorize.js";
import type { Context, Services } from "./context.js";
import { type Credential, tenantIdOf, tenantOf } from "./credential.js";
import type { LastUsed } from "./credentials/last-used.js";
import type { CredentialResolver } from "./credentials/resolver.js";
import { type AnyHandling, asUnavailable, dispatch } from "./dispatch.js";
import { ApiError } from "./errors.js";
import { canonicalDigest, canonicalInTurns, canonicalJson } from "./idempotency/canonical.js";
import { type IdempotencyRequest, idempotencyRequest } from "./idempotency/request.js";
import { errorForLog } from "./log.js";
import type { Reservation } from "./memory-budget.js";
import type { Operations } from "./operation.js";
import type { RateLimits, ToldHeaders } from "./rate-limit/rate-limits.js";
import { readInput, type ValidInput } from "./read-input.js";
import type { Reply } from "./reply.js";
import { findRoute, pathOf, type Route } from "./routes.js";
import { isSmall, type TransferMemory } from "./transfer-memory.js";
import { Turns } from "./turns.js";
import { type Validator, validatorOf } from "./validate.js";

/** What the log says of a reply that is not what the spec promises. The test harness fails on it. */
export const brokenReply = "reply breaks the spec";

export interface PipelineOptions {
  readonly services: Services;
  readonly operations: Operations;
  readonly resolver: CredentialResolver;
  readonly lastUsed: LastUsed;
  readonly limits: RateLimits;
  readonly memory: TransferMemory;
  /** Below what the spec promises, where the operator of this server wants that. */
  readonly bodyBytesMax: { readonly single: number; readonly batch: number };
  /** Holds every reply against the spec; for tests and development. */
  readonly checkReplies: boolean;
}

/** One request on its way to its reply. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly requestId: string;
  readonly told: ToldHeaders;
  /** Memory for its body and its response, until the response has ended. */
  reservation: Reservation | undefined;
  hasEnded: boolean;
}

/** A fresh lookup of a cached credential, made at most once, for a request that turns out to have faults. */
interface Renewal {
  credential: Promise<Credential> | undefined;
}

/** What every request passes, in the order in which its faults are answered. Knows no capability. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #validators: ReadonlyMap<OperationId, Validator>;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#validators = new Map(
      specOperations.map((operation) => [
        operation.id,
        validatorOf(operation, { replies: options.checkReplies }),
      ]),
    );
  }

  /** Compiles every validator, so that no first caller pays for it. */
  async warm(): Promise<void> {
    const nothing = { params: {}, query: {}, headers: {}, body: {} };
    await Promise.all([...this.#validators.values()].map((validator) => validator.validate(nothing)));
  }

  /** Answers one request; whatever comes of it is sent with what is written into `told`. Throws `ApiError`, or an error of ours. */
  async answer(exchange: Exchange, note: (route: Route) => void): Promise<Reply> {
    const { request, told } = exchange;
    const route = findRoute(request.method, pathOf(request.url));
    note(route);
    requireOneAuthorization(request.rawHeaders);
    const recalled = await this.#recall(exchange, route.operation);
    if (recalled === undefined) return this.#answerFresh(exchange, route);
    const renewal: Renewal = { credential: undefined };
    try {
      const reply = await this.#perform(exchange, route, recalled, renewal);
      this.#options.lastUsed.note(recalled);
      return reply;
    } catch (error) {
      // To a key that has stopped working nothing is said but that, and its operator pays nothing for it.
      const refusal = isUnauthorized(error)
        ? error
        : await this.#refusalNow(request, route.operation, error, renewal);
      if (isUnauthorized(refusal)) await this.#options.limits.takeBack(recalled, route.operation, told);
      throw refusal;
    }
  }

  /** What a request hears whose key was remembered: what is wrong with the key by now, else what was wrong with the request. */
  async #refusalNow(
    request: Request,
    operation: Operation,
    error: unknown,
    renewal: Renewal,
  ): Promise<unknown> {
    try {
      await (renewal.credential ?? this.#authenticate(request, operation));
      return error;
    } catch (refusal) {
      return refusal;
    }
  }

  /** With a credential that was looked up for this request. */
  async #answerFresh(exchange: Exchange, route: Route): Promise<Reply> {
    const { request, told } = exchange;
    const { operation } = route;
    const credential = await this.#authenticate(request, operation);
    await this.#options.limits.count(credential, operation, told);
    return this.#perform(exchange, route, credential);
  }

  #bytesMaxOf({ batch, bodyBytesMax }: Operation): number {
    const { single, batch: ofBatch } = this.#options.bodyBytesMax;
    return Math.min(bodyBytesMax, batch ? ofBatch : single);
  }

  /** The request's reservation of memory for body and response; released once the response has ended. */
  #reservationOf(exchange: Exchange, credential: Credential): Reservation {
    exchange.reservation ??= this.#options.memory.budget.reservation(tenantOf(credential));
    if (exchange.hasEnded) exchange.reservation.release();
    return exchange.reservation;
  }

  async #perform(
    exchange: Exchange,
    route: Route,
    credential: Credential,
    renewal?: Renewal,
  ): Promise<Reply> {
    const { request, response, requestId } = exchange;
    const { operation } = route;
    const { services, operations, memory } = this.#options;
    const bytesMax = this.#bytesMaxOf(operation);
    const reservation = () => this.#reservationOf(exchange, credential);
    const tenant = tenantOf(credential);
    const turns = new Turns(tenant);
    const input = await readInput(request, response, route, {
      bytesMax,
      turns,
      startIntake: () => memory.intake(request, reservation(), bytesMax),
      validator: this.#validators.get(operation.id) as Validator,
      handling: operations[operation.id],
      caller: async () => {
        if (renewal === undefined) return credential;
        // The template of a cached credential may be out of date.
        renewal.credential ??= this.#authenticate(request, operation);
        return renewal.credential;
      },
      keys: services.keys,
    });
    const key = operation.idempotent ? request.headers["idempotency-key"] : undefined;
    const idempotency =
      typeof key === "string"
        ? await idempotencyOf({ services, operation, credential, turns }, input, key)
        : undefined;
    // Named one by one: V8 looks each property of a spread object's copy up anew.
    const context: Context = {
      db: services.db.for(tenant),
      keys: services.keys,
      cursors: services.cursors,
      log: services.log,
      noteAccess: services.noteAccess,
      requestId,
      credential,
      turns,
      idempotency,
      isRecalled: renewal !== undefined,
      resolveAgain: () => this.#authenticate(request, operation),
      checkReply: ({ status, text }) => this.check(operation, status, text),
    };
    const handling = operations[operation.id] as unknown as AnyHandling;
    if (operation.method === "GET" && handling.run.how !== "hot") {
      const isStream = handling.run.how === "stream";
      const read = { operationId: operation.id, tenantId: tenantIdOf(credential), isStream };
      return await memory.ofRead(read, reservation, ({ isAgain, isLarge }) => {
        // Each page of a stream is short work of its own.
        if (!isLarge || isStream) return dispatch(handling, context, input);
        // The first attempt has left its access record.
        const noteAccess = isAgain ? () => undefined : context.noteAccess;
        return dispatch(handling, { ...context, noteAccess, db: services.db.for(tenant, "read") }, input);
      });
    }
    // Awaited, here and below, since a promise that is returned takes two turns of the queue more.
    const reply = await dispatch(handling, context, input);
    if (!isSmall(reply)) await memory.ofReply(operation, reservation(), reply);
    return reply;
  }

  /** Holds a reply against the spec: says in the log and throws what is wrong with it. Undefined unless replies are checked. */
  check(operation: Operation, status: number, text: string): Promise<void> | undefined {
    return this.#options.checkReplies ? this.#holdAgainstSpec(operation, status, text) : undefined;
  }

  async #holdAgainstSpec(operation: Operation, status: number, text: string): Promise<void> {
    try {
      const body = JSON.parse(text);
      if (status >= 400) refuseUndeclared(operation, body);
      await this.#validators.get(operation.id)?.checkReply(status, body);
    } catch (error) {
      const { log } = this.#options.services;
      log.error({ operation: operation.id, status, error: errorForLog(error) }, brokenReply);
      throw error;
    }
  }

  /**
   * A credential resolved a moment ago, where the operation has the database verify it; undefined otherwise, and when it would be
   * refused: it may be another by now, so that is for a fresh one to find out.
   */
  async #recall({ request, told }: Exchange, operation: Operation): Promise<Credential | undefined> {
    const { resolver, limits, operations } = this.#options;
    if (operations[operation.id].run.how !== "hot") return undefined;
    const credential = resolver.recall(request.headers.authorization);
    if (credential === undefined) return undefined;
    try {
      authorize(operation, credential);
    } catch {
      return undefined;
    }
    return (await limits.admits(credential, operation, told)) ? credential : undefined;
  }

  async #authenticate(request: Request, operation: Operation): Promise<Credential> {
    const { resolver, lastUsed, limits } = this.#options;
    const { authorization } = request.headers;
    const credential = await resolver
      .resolve(authorization, limits.clientOverFailureLimit(request))
      .catch(async (error) => {
        throw await limits.insteadOf(asUnavailable(error), request);
      });
    lastUsed.note(credential);
    authorize(operation, credential);
    return credential;
  }
}

/** Throws for an error whose code the operation does not declare. */
function refuseUndeclared({ id, errorCodes }: Operation, body: { code?: string; error?: unknown }): void {
  const code = body.code ?? (body.error as { code?: string } | undefined)?.code;
  if (!errorCodes.some((declared) => declared === code)) throw new Error(`${id} does not declare ${code}`);
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

interface Call {
  readonly services: Services;
  readonly operation: Operation;
  readonly credential: Credential;
  readonly turns: Turns;
}

async function idempotencyOf(
  { services, operation, credential, turns }: Call,
  { params, body, isLong }: ValidInput,
  key: string,
): Promise<IdempotencyRequest> {
  let canonical: string | Buffer;
  if (operation.batch) canonical = await canonicalDigest(body as readonly unknown[], turns);
  else canonical = isLong ? await canonicalInTurns(body, turns) : canonicalJson(body);
  return idempotencyRequest(services.keys, credential, key, {
    operationId: operation.id,
    params,
    body: canonical,
  });
}
