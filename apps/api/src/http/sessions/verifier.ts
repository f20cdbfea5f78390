import { type KeyObject, webcrypto } from "node:crypto";
import { type CryptoKey, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { Logger } from "pino";
import { notRecognised, refuse } from "../credentials/refusals.js";
import { ApiError } from "../errors.js";
import { Jwks } from "./jwks.js";

const tokenCharactersMax = 8_192;
const clockToleranceSeconds = 5;
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const userIdForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Which algorithms a published key may be used with; a shared secret has one of its own, so that neither passes for the other. */
const publishedAlgorithms = ["ES256", "RS256"];

/** Where sessions come from. At least one of secret and JWKS is given. */
export interface SessionOptions {
  /** Signs HS256. */
  readonly secret: KeyObject | undefined;
  /** Where the public keys are that ES256 and RS256 are verified with. */
  readonly jwksUrl: string | undefined;
  readonly issuer: string;
  readonly audience: string;
}

/** Tells who has signed in, by the token of their session. Looks nothing up but the keys that sign. */
export class SessionVerifier {
  readonly #issuer: string;
  readonly #audience: string;
  readonly #secret: Promise<CryptoKey> | undefined;
  readonly #jwks: Jwks | undefined;
  readonly #now: () => Date;

  constructor(
    { secret, jwksUrl, issuer, audience }: SessionOptions,
    log: Logger,
    now: () => Date = () => new Date(),
  ) {
    this.#now = now;
    this.#issuer = issuer;
    this.#audience = audience;
    this.#secret = secret === undefined ? undefined : imported(secret);
    this.#jwks = jwksUrl === undefined ? undefined : new Jwks({ url: jwksUrl, log });
  }

  /** The user's id. Throws `AUTH_INVALID`, `AUTH_EXPIRED`, or `SERVICE_UNAVAILABLE` while the keys can't be had. */
  async verify(token: string): Promise<string> {
    if (token.length > tokenCharactersMax || !form.test(token)) throw notRecognised();
    try {
      return userIdOf(await this.#claimsOf(token));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (error instanceof errors.JWTExpired)
        throw refuse("AUTH_EXPIRED", "This session has expired; sign in again");
      // Whatever else a token makes the library throw, it is the token's fault.
      throw notRecognised();
    }
  }

  async #claimsOf(token: string): Promise<JWTPayload> {
    const header = decodeProtectedHeader(token);
    const { alg = "", kid } = header;
    const { payload } = await jwtVerify(token, await this.#keyFor(alg, kid), {
      algorithms: [alg],
      issuer: this.#issuer,
      audience: this.#audience,
      clockTolerance: clockToleranceSeconds,
      currentDate: this.#now(),
      requiredClaims: ["exp", "sub"],
    });
    return payload;
  }

  /** The algorithm decides which kind of key is looked at, before anything is. */
  async #keyFor(alg: string, kid: string | undefined): Promise<CryptoKey> {
    if (alg === "HS256" && this.#secret !== undefined) return this.#secret;
    if (publishedAlgorithms.includes(alg) && this.#jwks !== undefined && typeof kid === "string") {
      return this.#jwks.keyFor({ alg, kid });
    }
    throw notRecognised();
  }
}

function userIdOf({ sub }: JWTPayload): string {
  if (typeof sub !== "string" || !userIdForm.test(sub)) throw notRecognised();
  return sub;
}

function imported(secret: KeyObject): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return webcrypto.subtle.importKey("raw", secret.export(), algorithm, false, ["verify"]);
}
