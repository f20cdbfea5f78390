import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from "jose";
import type { Logger } from "pino";
import { notRecognised } from "../credentials/refusals.js";
import { ApiError } from "../errors.js";
import { errorForLog } from "../log.js";
import { fetchJson } from "./fetch-json.js";

/** How long a key set is taken for what its host says now. */
const freshMaxMs = 600_000;
/** How long the last one serves while its host is away: a key withdrawn meanwhile works until then. */
const keptMaxMs = 86_400_000;
/** Whoever invents key ids makes us ask no more often than this. */
const coolDownMs = 30_000;
const coolDownAfterFailureMs = 5_000;
const timeoutMs = 3_000;

export interface JwksOptions {
  readonly url: string;
  readonly log: Logger;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
}

interface Attempt {
  readonly atMs: number;
  readonly failure: unknown;
}

/**
 * The public keys that sign sessions, as their host publishes them: kept for a while, asked for again when they are old or a
 * token names a key that is not among them. While the host is away, keys that were known go on working.
 */
export class Jwks {
  readonly #url: string;
  readonly #log: Logger;
  readonly #nowMs: () => number;
  #known: { readonly find: ReturnType<typeof createLocalJWKSet>; readonly atMs: number } | undefined;
  #last: Attempt | undefined;
  #fetching: Promise<void> | undefined;

  constructor({ url, log, nowMs = () => performance.now() }: JwksOptions) {
    this.#url = url;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** The key that a token's header names. Throws `AUTH_INVALID`, or `SERVICE_UNAVAILABLE` where only the host could tell. */
  async keyFor(header: JWSHeaderParameters): Promise<CryptoKey> {
    if (this.#ageMs() > freshMaxMs) {
      const refreshed = this.#refresh();
      // While the host is away nobody waits for it again and again, as long as there is something to go by.
      if (this.#last?.failure === undefined || this.#ageMs() > keptMaxMs) await refreshed;
    }
    const known = await this.#find(header);
    if (known !== undefined) return known;
    await this.#refresh();
    const published = await this.#find(header);
    if (published !== undefined) return published;
    throw this.#last?.failure === undefined ? notRecognised() : this.#unavailable(this.#last);
  }

  async #find(header: JWSHeaderParameters): Promise<CryptoKey | undefined> {
    if (this.#known === undefined || this.#ageMs() > keptMaxMs) return undefined;
    try {
      return await this.#known.find(header);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      throw error;
    }
  }

  #ageMs(): number {
    return this.#known === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() - this.#known.atMs;
  }

  /** Never rejects. All who ask at once share one request; nobody makes one during the cool-down. */
  #refresh(): Promise<void> {
    if (this.#fetching !== undefined) return this.#fetching;
    if (this.#coolDownLeftMs() > 0) return Promise.resolve();
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    try {
      const find = createLocalJWKSet((await fetchJson(this.#url, timeoutMs)) as JSONWebKeySet);
      const atMs = this.#nowMs();
      this.#known = { find, atMs };
      this.#last = { atMs, failure: undefined };
    } catch (failure) {
      this.#last = { atMs: this.#nowMs(), failure };
      this.#log.warn({ error: errorForLog(failure) }, "the keys of sessions could not be fetched");
    }
  }

  #coolDownLeftMs(): number {
    if (this.#last === undefined) return 0;
    const pauseMs = this.#last.failure === undefined ? coolDownMs : coolDownAfterFailureMs;
    return Math.max(0, this.#last.atMs + pauseMs - this.#nowMs());
  }

  #unavailable({ failure }: Attempt): ApiError {
    const seconds = Math.max(1, Math.ceil(this.#coolDownLeftMs() / 1_000));
    return new ApiError("SERVICE_UNAVAILABLE", "Sessions can't be verified right now, try again shortly", {
      headers: { "Retry-After": String(seconds) },
      cause: failure,
    });
  }
}
