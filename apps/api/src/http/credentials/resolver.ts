import { classifyKey, hashKey } from "@onehazel/crypto";
import type { Database } from "@onehazel/db";
import type { Credential, LimitOverrides, OperatorCredential, PlatformCredential } from "../credential.js";
import { ApiError } from "../errors.js";
import type { SessionVerifier } from "../sessions/verifier.js";
import { LookupLane } from "./lookup-lane.js";
import { RecentCredentials } from "./recent.js";
import { notRecognised, refuse } from "./refusals.js";
import { findOperatorKey, findPlatformKey, findSession, type SessionRow } from "./repository.js";
import { KnownTemplates } from "./templates.js";

const bearer = /^bearer +(\S+) *$/i;

/**
 * Turns an Authorization header into a credential, in one round trip. The database is asked every time, so that revocation,
 * expiry and suspension bite on the very next request. What is kept is what a template's version says, which never changes; and
 * what keys were resolved to, for those who have the database hold it against the present before they rely on it.
 */
export class CredentialResolver {
  readonly #lookups: LookupLane;
  readonly #sessions: SessionVerifier | undefined;
  readonly #templates = new KnownTemplates();
  readonly #recent = new RecentCredentials();

  /** Without a verifier nobody has a session. */
  constructor(db: Database, sessions: SessionVerifier | undefined) {
    this.#lookups = new LookupLane(db);
    this.#sessions = sessions;
  }

  /**
   * Throws `AUTH_MISSING`, `AUTH_INVALID`, `AUTH_REVOKED`, `AUTH_EXPIRED` or `AUTH_SUSPENDED`, in that order; `FORBIDDEN` for a
   * session whose user is linked to no tenant. `crowdedClient`: the address of a client whose lookups have to queue, because it is
   * over its limit of failed authentications.
   */
  async resolve(authorization: string | undefined, crowdedClient?: string): Promise<Credential> {
    if (authorization === undefined) throw refuse("AUTH_MISSING", "Send your key as Authorization: Bearer …");
    const token = bearer.exec(authorization)?.[1];
    if (token === undefined) throw notRecognised();
    const kind = classifyKey(token);
    if (kind === undefined) return this.#resolveSession(token, crowdedClient);
    const keyHash = hashKey(token);
    return kind === "operator"
      ? this.#resolveOperator(keyHash, crowdedClient)
      : this.#resolvePlatform(keyHash, crowdedClient);
  }

  /** What an operator's key was resolved to a moment ago, without a round trip; undefined when that is not known. */
  recall(authorization: string | undefined): OperatorCredential | undefined {
    const token = bearer.exec(authorization ?? "")?.[1];
    if (token === undefined || classifyKey(token) !== "operator") return undefined;
    return this.#recent.recall(hintOf(hashKey(token)));
  }

  async #resolveOperator(keyHash: Buffer, crowdedClient: string | undefined): Promise<OperatorCredential> {
    const hint = hintOf(keyHash);
    this.#recent.forget(hint);
    const known = this.#templates.lastMet(hint);
    const row = await this.#lookups.run(hint, crowdedClient, (db) =>
      findOperatorKey(db, keyHash, known?.ref),
    );
    if (row === undefined) throw notRecognised();
    if (row.revoked) throw refuse("AUTH_REVOKED", "This key has been revoked");
    if (row.expired) throw refuse("AUTH_EXPIRED", "This key has expired");
    if (row.suspended) throw suspended();
    const credential: OperatorCredential = {
      reach: "operator",
      scheme: "operatorKey",
      actor: { type: "operatorKey", id: row.key_id as string },
      access: row.access,
      opensPii: true,
      operatorId: row.operator_id,
      platformId: row.platform_id,
      piiSalt: row.pii_salt,
      asOf: row.as_of,
      rateLimits: row.rate_limits ?? {},
      template: this.#templates.versionOf(hint, known, row),
      proof: { credentialHash: keyHash, stamp: row.stamp },
    };
    this.#recent.keep(hint, credential);
    return this.#lookups.succeeded(hint, credential);
  }

  async #resolvePlatform(keyHash: Buffer, crowdedClient: string | undefined): Promise<PlatformCredential> {
    const hint = hintOf(keyHash);
    const row = await this.#lookups.run(hint, crowdedClient, (db) => findPlatformKey(db, keyHash));
    if (row === undefined) throw notRecognised();
    if (row.revoked) throw refuse("AUTH_REVOKED", "This key has been revoked");
    return this.#lookups.succeeded(hint, {
      reach: "platform",
      scheme: "platformKey",
      actor: { type: "platformKey", id: row.key_id as string },
      access: "write",
      opensPii: true,
      platformId: row.platform_id,
      rateLimits: ownLimit(row.management_limit),
    });
  }

  /** The token is verified before anything is looked up; whom it may reach is looked up every time, like a key. */
  async #resolveSession(token: string, crowdedClient: string | undefined): Promise<Credential> {
    if (this.#sessions === undefined) throw notRecognised();
    const userId = await this.#sessions.verify(token);
    const hint = `user:${userId}`;
    const known = this.#templates.lastMet(hint);
    const row = await this.#lookups.run(hint, crowdedClient, (db) => findSession(db, userId, known?.ref));
    if (row === undefined) {
      throw new ApiError("FORBIDDEN", "This user is linked to no operator and no platform");
    }
    if (row.suspended) throw suspended();
    const { platform_id: platformId, operator_id: operatorId } = row;
    if (operatorId === null) {
      const rateLimits = ownLimit(row.management_limit);
      const authority = authorityOf(row);
      return this.#lookups.succeeded(hint, {
        reach: "platform",
        scheme: "platformSession",
        ...authority,
        platformId,
        rateLimits,
      });
    }
    return this.#lookups.succeeded(hint, {
      reach: "operator",
      scheme: "operatorSession",
      ...authorityOf(row),
      operatorId,
      platformId,
      piiSalt: row.pii_salt as Buffer,
      asOf: row.as_of,
      rateLimits: row.rate_limits ?? {},
      template: this.#templates.versionOf(hint, known, row),
      proof: undefined,
    });
  }
}

function hintOf(keyHash: Buffer): string {
  return keyHash.toString("base64");
}

function ownLimit(management: number | null): LimitOverrides {
  return management === null ? {} : { management };
}

/** What a person's role lets them do, wherever it is. */
function authorityOf({ user_id, role }: SessionRow): Pick<Credential, "actor" | "access" | "opensPii"> {
  const owns = role === "owner";
  return {
    actor: { type: "user", id: user_id as string },
    access: owns ? "write" : "read",
    opensPii: owns,
  };
}

function suspended(): ApiError {
  return refuse("AUTH_SUSPENDED", "This operator is suspended; its platform can reactivate it");
}
