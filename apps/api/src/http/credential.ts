import type { RateLimitCategory } from "@onehazel/spec";

/** The limits that somebody has of their own, by category; the spec's apply to the rest. */
export type LimitOverrides = Readonly<Partial<Record<RateLimitCategory, number>>>;

/** A template as its version stands; the same object for the same version, so that what is derived from it can be kept. */
export interface TemplateVersion {
  /** `id@version` */
  readonly ref: string;
  readonly schema: unknown;
}

export interface OperatorCredential {
  readonly kind: "operatorKey";
  readonly keyId: string;
  readonly keyHash: Buffer;
  readonly operatorId: string;
  readonly platformId: string;
  readonly access: "write" | "read";
  readonly piiSalt: Buffer;
  /** Undefined while the operator has chosen none. */
  readonly template: TemplateVersion | undefined;
  /** The database's clock when the credential was looked up. */
  readonly asOf: Date;
  readonly rateLimits: LimitOverrides;
}

export interface PlatformCredential {
  readonly kind: "platformKey";
  readonly keyId: string;
  readonly platformId: string;
  readonly rateLimits: LimitOverrides;
}

export type Credential = OperatorCredential | PlatformCredential;

/** Whose request it is: the operator's, or the platform's. */
export function tenantIdOf(credential: Credential): string {
  return credential.kind === "operatorKey" ? credential.operatorId : credential.platformId;
}
