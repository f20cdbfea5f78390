import type { IncomingMessage } from "node:http";
import type { Operation, RateLimitCategory, RateLimits as SpecLimits } from "@onehazel/spec";
import { LRUCache } from "lru-cache";
import { rateLimited } from "../../telemetry/metrics.js";
import { type Credential, tenantIdOf } from "../credential.js";
import { ApiError } from "../errors.js";
import { clientOf, type Trust } from "./client-address.js";
import type { Count } from "./counter.js";
import type { Counters } from "./counters.js";

/** What the spec says, for credentials that bring no limit of their own; and what the operator of this server says. */
export interface RateLimitOptions extends SpecLimits {
  /** Of one client address, in a window; 0: not limited. */
  readonly authFailuresMax: number;
  readonly trustedProxies: Trust;
}

/** Clients that are remembered; the oldest are dropped first. Large enough to keep each legitimate client during an attack. */
const clientsMax = 50_000;

/** Headers of a reply that is not made yet, a success or not. */
export type ToldHeaders = Record<string, string>;

/** How many calls a credential's tenant may make, and how often an address may fail to show a credential. */
export class RateLimits {
  readonly #counters: Counters;
  readonly #options: RateLimitOptions;
  /** Clients that this server has seen over the limit of failed authentications, until their window ends. */
  readonly #overFailureLimit = new LRUCache<string, true>({ max: clientsMax });

  constructor(counters: Counters, options: RateLimitOptions) {
    this.#counters = counters;
    this.#options = options;
  }

  /** Counts a call, and says in the reply's headers where its window stands. Throws `RATE_LIMITED` when it was one too many. */
  async count(credential: Credential, operation: Operation, told: ToldHeaders): Promise<void> {
    const { windowSeconds } = this.#options;
    const { category, limit, count } = await this.#tally(credential, operation, told);
    if (count.used <= limit) return;
    rateLimited.inc({ category });
    throw tooMany(`Too many requests: "${category}" takes ${limit} in ${windowSeconds} seconds`, count);
  }

  /** Counts a call if it may pass. False: it may not, by what is remembered of the credential, and was not counted. */
  async admits(credential: Credential, operation: Operation, told: ToldHeaders): Promise<boolean> {
    const { limit, count } = await this.#tally(credential, operation, told);
    if (count.used <= limit) return true;
    await this.takeBack(credential, operation, told);
    return false;
  }

  /** As if a call had not been counted, nor told where its window stands. */
  async takeBack(credential: Credential, operation: Operation, told: ToldHeaders): Promise<void> {
    delete told["RateLimit-Policy"];
    delete told.RateLimit;
    await this.#counters.calls.takeBack(`${tenantIdOf(credential)}:${categoryOf(credential, operation)}`);
  }

  async #tally(credential: Credential, operation: Operation, told: ToldHeaders) {
    const { quotas, windowSeconds } = this.#options;
    const category = categoryOf(credential, operation);
    const limit = credential.rateLimits[category] ?? quotas[category];
    const count = await this.#counters.calls.count(`${tenantIdOf(credential)}:${category}`);
    const left = Math.max(0, limit - count.used);
    told["RateLimit-Policy"] = `"${category}";q=${limit};w=${windowSeconds}`;
    told.RateLimit = `"${category}";r=${left};t=${secondsLeft(count)}`;
    return { category, limit, count };
  }

  /** The client's address if this server has recently seen it over the limit of failed authentications. */
  clientOverFailureLimit(request: IncomingMessage): string | undefined {
    if (this.#overFailureLimit.size === 0) return undefined;
    const client = clientOf(request, this.#options.trustedProxies);
    return client !== undefined && this.#overFailureLimit.has(client) ? client : undefined;
  }

  /**
   * What is answered instead of `error`: `RATE_LIMITED` for a 401 whose client has had too many of them, else the same. Asked only
   * once a credential was refused, so a valid one is never in its way.
   */
  async insteadOf(error: unknown, request: IncomingMessage): Promise<unknown> {
    const { authFailuresMax, trustedProxies } = this.#options;
    if (authFailuresMax === 0 || !(error instanceof ApiError) || error.status !== 401) return error;
    const client = clientOf(request, trustedProxies);
    if (client === undefined) return error;
    const count = await this.#counters.failures.count(client);
    if (count.used <= authFailuresMax) return error;
    this.#overFailureLimit.set(client, true, { ttl: Math.max(1, count.resetAfterMs) });
    rateLimited.inc({ category: "failures" });
    return tooMany("Too many requests whose credentials were refused", count);
  }
}

function categoryOf(credential: Credential, operation: Operation): RateLimitCategory {
  return "operatorId" in credential ? operation.rateLimit : "management";
}

/** Rounded up: who waits so long finds the window over. */
function secondsLeft({ resetAfterMs }: Count): number {
  return Math.max(1, Math.ceil(resetAfterMs / 1000));
}

function tooMany(message: string, count: Count): ApiError {
  return new ApiError("RATE_LIMITED", message, {
    headers: { "Retry-After": String(secondsLeft(count)) },
    // By this server's clock, as the `Date` beside it: the windows are no rows of the database.
    resetAt: new Date(Date.now() + count.resetAfterMs),
  });
}
