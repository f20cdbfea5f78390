import { createHmac, randomUUID } from "node:crypto";
import fc from "fast-check";
import type { JWTPayload } from "jose";
import { describe, expect, it } from "vitest";
import { audience, claimsOf, issuer, mintToken, secretSessions } from "../../testing/sessions.js";
import { ApiError } from "../errors.js";
import { createLogger } from "../log.js";
import { SessionVerifier } from "./verifier.js";

const sessions = secretSessions();
const log = createLogger("silent");
const verifier = new SessionVerifier({ ...sessions, jwksUrl: "http://127.0.0.1:1/" }, log);
const userId = randomUUID();

/** The user's id, or the code that a token is refused with; anything else that is thrown is a fault of ours. */
async function outcome(token: string, by = verifier): Promise<string> {
  try {
    return await by.verify(token);
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}

const encode = (text: string | Uint8Array) => Buffer.from(text).toString("base64url");
const sign = (signed: string) =>
  `${signed}.${createHmac("sha256", sessions.secret).update(signed).digest("base64url")}`;
/** Only these two: the host of the published keys is away, so that a token which names one of them is nobody's fault. */
const refusals = ["AUTH_INVALID", "SERVICE_UNAVAILABLE"];

describe("a malformed token", () => {
  it("of any text is refused, never an error of ours", async () => {
    const piece = fc.oneof(fc.base64String(), fc.json().map(encode), fc.string(), fc.constant(""));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        expect(await outcome(pieces.join("."))).toBe("AUTH_INVALID");
      }),
      { numRuns: 500 },
    );
  });

  it("of any header over good claims with a good signature is refused, unless it says what it is", async () => {
    const value = fc.oneof(fc.constantFrom("HS256", "ES256", "RS256", "none", "JWT"), fc.jsonValue());
    const names = fc.constantFrom("alg", "kid", "crit", "b64", "typ", "jwk", "jku", "x5c", "enc", "zip");
    const claims = encode(JSON.stringify(claimsOf(userId)));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value), async (header) => {
        const found = await outcome(sign(`${encode(JSON.stringify(header))}.${claims}`));
        expect(header.alg === "HS256" ? [userId, ...refusals] : refusals).toContain(found);
      }),
      { numRuns: 500 },
    );
  });

  it("of any claims with a good signature is refused, unless they are all there", async () => {
    const right = claimsOf(userId);
    const claim = (name: string) =>
      fc.oneof(fc.constant(right[name]), fc.jsonValue(), fc.constant(undefined));
    const claims = fc.record(
      Object.fromEntries([...Object.keys(right), "nbf", "jti"].map((name) => [name, claim(name)])),
    );
    const header = encode('{"alg":"HS256"}');
    await fc.assert(
      fc.asyncProperty(fc.oneof(claims, fc.jsonValue()), async (payload) => {
        const found = await outcome(sign(`${header}.${encode(JSON.stringify(payload) ?? "")}`));
        expect([userId, "AUTH_INVALID", "AUTH_EXPIRED"]).toContain(found);
        if (found !== userId) return;
        const { sub, iss, aud } = payload as Record<string, unknown>;
        expect([sub, iss, [aud].flat()]).toEqual([userId, issuer, expect.arrayContaining([audience])]);
      }),
      { numRuns: 500 },
    );
  });

  it("with any character of a good one changed is refused", async () => {
    const token = await mintToken(sessions.secret, userId);
    expect(await outcome(token)).toBe(userId);
    await fc.assert(
      // The last character's low bits are no part of the signature.
      fc.asyncProperty(
        fc.nat(token.length - 2),
        fc.constantFrom(..."AZaz09-_.=~ é"),
        async (at, character) => {
          fc.pre(token[at] !== character);
          const changed = `${token.slice(0, at)}${character}${token.slice(at + 1)}`;
          expect(refusals).toContain(await outcome(changed));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("by the clock", () => {
  const atSeconds = 2_000_000_000;
  const by = new SessionVerifier(sessions, log, () => new Date(atSeconds * 1_000));
  const verified = async (claims: JWTPayload) =>
    outcome(await mintToken(sessions.secret, userId, claims), by);

  it("a token expires, and begins, with five seconds of tolerance", async () => {
    expect(await verified({ exp: atSeconds - 4 })).toBe(userId);
    expect(await verified({ exp: atSeconds - 5 })).toBe("AUTH_EXPIRED");
    const exp = atSeconds + 60;
    expect(await verified({ exp, nbf: atSeconds + 5 })).toBe(userId);
    expect(await verified({ exp, nbf: atSeconds + 6 })).toBe("AUTH_INVALID");
  });
});
