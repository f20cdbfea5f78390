import type { CredentialProof } from "@onehazel/db";
import type { Tenant } from "@onehazel/fair-share";
import type { CredentialKind, RateLimitCategory } from "@onehazel/spec";

/** The limits that somebody has of their own, by category; the spec's apply to the rest. */
export type LimitOverrides = Readonly<Partial<Record<RateLimitCategory, number>>>;

/** A template as its version stands; the same object for the same version, so that what is derived from it can be kept. */
export interface TemplateVersion {
  /** `id@version` */
  readonly ref: string;
  readonly schema: unknown;
}

/** Who acts, as the audit log names it: a key, or a person in a session. */
export interface Actor {
  readonly type: "operatorKey" | "platformKey" | "user";
  readonly id: string;
}

/** What every credential says, whoever holds it and whatever it reaches. */
interface Authority {
  /** What the spec's `security` calls it. */
  readonly scheme: CredentialKind;
  readonly actor: Actor;
  /** `read`: GET and HEAD only. */
  readonly access: "write" | "read";
  /** Reads of one thing show its personal fields in clear; else as stored, and the export is refused. */
  readonly opensPii: boolean;
}

export interface OperatorCredential extends Authority {
  readonly reach: "operator";
  readonly operatorId: string;
  readonly platformId: string;
  readonly piiSalt: Buffer;
  /** Undefined while the operator has chosen none. */
  readonly template: TemplateVersion | undefined;
  /** The database's clock when the credential was looked up. */
  readonly asOf: Date;
  readonly rateLimits: LimitOverrides;
  /** Of a key: what the database holds against it before it does what the credential allows. A session has none. */
  readonly proof: CredentialProof | undefined;
}

export interface PlatformCredential extends Authority {
  readonly reach: "platform";
  readonly platformId: string;
  readonly rateLimits: LimitOverrides;
}

export type Credential = OperatorCredential | PlatformCredential;

/** The tenant whose share of connections and memory a request uses. */
export function tenantOf(credential: Credential): Tenant {
  return credential.reach === "operator"
    ? { platformId: credential.platformId, operatorId: credential.operatorId }
    : { platformId: credential.platformId };
}

/** Whose request it is: the operator's, or the platform's. */
export function tenantIdOf(credential: Credential): string {
  return credential.reach === "operator" ? credential.operatorId : credential.platformId;
}
