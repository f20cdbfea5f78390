import { hash } from "node:crypto";
import type { OperationId } from "@onehazel/spec";
import { type Credential, tenantIdOf } from "../credential.js";
import type { TenantKeys } from "../tenant-keys.js";
import { canonicalJson } from "./canonical.js";

/** One use of an Idempotency-Key. */
export interface IdempotencyRequest {
  /** SHA-256 over tenant and key: what is stored of the key. */
  readonly keyHash: Buffer;
  /** The master key that this use's fingerprint is made under. */
  readonly masterKeyId: string;
  readonly fingerprint: Buffer;
  /** Whether a fingerprint made under some master key is of this request; false when that key is gone. */
  matches(fingerprint: Buffer, masterKeyId: string): boolean;
}

/**
 * The fingerprint is a keyed hash over operation, decoded path parameters and canonical body, so that the path's alias, key
 * order, white space and compression do not matter, and a stored fingerprint says nothing about the body.
 */
export function idempotencyRequest(
  keys: TenantKeys,
  credential: Credential,
  key: string,
  request: {
    operationId: OperationId;
    params: Readonly<Record<string, string>>;
    /** Canonical, or a digest of what is. */
    body: string | Buffer;
  },
): IdempotencyRequest {
  const parts = [request.operationId, canonicalJson(request.params), request.body];
  const fingerprintUnder = (masterKeyId: string): Buffer =>
    credential.reach === "operator"
      ? keys.operator(credential).hmac("fingerprint", masterKeyId, parts)
      : keys.platform(credential.platformId).hmac("fingerprint", masterKeyId, parts);
  const masterKeyId = keys.keyring.current.id;
  const fingerprint = fingerprintUnder(masterKeyId);
  return {
    // Ids of ours hold no NUL, so the pair cannot be read two ways.
    keyHash: hash("sha256", `${tenantIdOf(credential)}\0${key}`, "buffer"),
    masterKeyId,
    fingerprint,
    matches: (stored, storedUnder) => {
      if (keys.keyring.find(storedUnder) === undefined) return false;
      return stored.equals(storedUnder === masterKeyId ? fingerprint : fingerprintUnder(storedUnder));
    },
  };
}
