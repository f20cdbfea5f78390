import { classifyKey, hashKey } from "@onehazel/crypto";
import type { Database } from "@onehazel/db";
import { LRUCache } from "lru-cache";
import type { Credential, OperatorCredential, PlatformCredential, TemplateVersion } from "../credential.js";
import { ApiError } from "../errors.js";
import { findOperatorKey, findPlatformKey } from "./repository.js";

const templatesMax = 1_000;
const hintsMax = 100_000;
const bearer = /^bearer +(\S+) *$/i;

/**
 * Turns an Authorization header into a credential, in one round trip. The database is asked every time, so that revocation,
 * expiry and suspension bite on the very next request; only what a template's version says is kept, since that never changes.
 */
export class CredentialResolver {
  readonly #db: Database;
  readonly #templates = new LRUCache<string, TemplateVersion>({ max: templatesMax });
  /** Which template a key met last, so that its schema need not travel again. A hint, nothing trusts it. */
  readonly #hints = new LRUCache<string, string>({ max: hintsMax });

  constructor(db: Database) {
    this.#db = db;
  }

  /** Throws `AUTH_MISSING`, `AUTH_INVALID`, `AUTH_REVOKED`, `AUTH_EXPIRED` or `AUTH_SUSPENDED`, in that order. */
  async resolve(authorization: string | undefined): Promise<Credential> {
    if (authorization === undefined) throw refuse("AUTH_MISSING", "Send your key as Authorization: Bearer …");
    const token = bearer.exec(authorization)?.[1];
    const kind = token === undefined ? undefined : classifyKey(token);
    if (token === undefined || kind === undefined) throw unknownKey();
    const keyHash = hashKey(token);
    return kind === "operator" ? this.resolveOperator(keyHash) : this.#resolvePlatform(keyHash);
  }

  async resolveOperator(keyHash: Buffer): Promise<OperatorCredential> {
    const hintKey = keyHash.toString("base64");
    const hint = this.#hints.get(hintKey);
    const known = hint === undefined ? undefined : this.#templates.get(hint);
    const row = await findOperatorKey(this.#db, keyHash, known?.ref);
    if (row === undefined) throw unknownKey();
    if (row.revoked) throw refuse("AUTH_REVOKED", "This key has been revoked");
    if (row.expired) throw refuse("AUTH_EXPIRED", "This key has expired");
    if (row.suspended)
      throw refuse("AUTH_SUSPENDED", "This operator is suspended; its platform can reactivate it");
    return {
      kind: "operatorKey",
      keyId: row.key_id as string,
      keyHash,
      operatorId: row.operator_id,
      platformId: row.platform_id,
      access: row.access,
      piiSalt: row.pii_salt,
      asOf: row.as_of,
      rateLimits: row.rate_limits ?? {},
      template: this.#template(hintKey, row.template_ref, known, row.template_schema),
    };
  }

  async #resolvePlatform(keyHash: Buffer): Promise<PlatformCredential> {
    const row = await findPlatformKey(this.#db, keyHash);
    if (row === undefined) throw unknownKey();
    if (row.revoked) throw refuse("AUTH_REVOKED", "This key has been revoked");
    return {
      kind: "platformKey",
      keyId: row.key_id as string,
      platformId: row.platform_id,
      rateLimits: row.management_limit === null ? {} : { management: row.management_limit },
    };
  }

  #template(
    hintKey: string,
    ref: string | null,
    known: TemplateVersion | undefined,
    schema: unknown,
  ): TemplateVersion | undefined {
    if (ref === null) return undefined;
    if (ref === known?.ref) return known;
    const version = this.#templates.get(ref) ?? { ref, schema };
    this.#templates.set(ref, version);
    this.#hints.set(hintKey, ref);
    return version;
  }
}

function unknownKey(): ApiError {
  return refuse("AUTH_INVALID", "This key is not recognised");
}

function refuse(
  code: "AUTH_MISSING" | "AUTH_INVALID" | "AUTH_REVOKED" | "AUTH_EXPIRED" | "AUTH_SUSPENDED",
  message: string,
): ApiError {
  return new ApiError(code, message, { headers: { "WWW-Authenticate": "Bearer" } });
}
