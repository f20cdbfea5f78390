import { createSecretKey, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import type { SessionOptions } from "../http/sessions/verifier.js";

export const issuer = "https://auth.onehazel.test/auth/v1";
export const audience = "authenticated";

/** Longer than any run of the tests. */
const lifeSeconds = 86_400;

/** Sessions as a server takes them that was given a secret. */
export function secretSessions(): SessionOptions & { readonly secret: KeyObject } {
  return { secret: createSecretKey(randomBytes(32)), jwksUrl: undefined, issuer, audience };
}

/** What a Supabase server writes into the token of a person who has signed in. */
export function claimsOf(userId: string): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer,
    aud: audience,
    sub: userId,
    iat: now,
    exp: now + lifeSeconds,
    role: "authenticated",
    session_id: randomUUID(),
  };
}

/** A token of a person who has signed in, by the shared secret. `claims` go over the usual ones. */
export function mintToken(secret: KeyObject, userId: string, claims: JWTPayload = {}): Promise<string> {
  return new SignJWT({ ...claimsOf(userId), ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(secret);
}
