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
}

export interface PlatformCredential {
  readonly kind: "platformKey";
  readonly keyId: string;
  readonly platformId: string;
}

export type Credential = OperatorCredential | PlatformCredential;

/** Whose request it is: the operator's, or the platform's. */
export function tenantIdOf(credential: Credential): string {
  return credential.kind === "operatorKey" ? credential.operatorId : credential.platformId;
}
