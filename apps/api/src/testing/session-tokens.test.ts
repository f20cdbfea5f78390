import { createHmac, createSecretKey, type KeyObject, randomUUID } from "node:crypto";
import type { ErrorCode } from "@onehazel/spec";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "./call.js";
import { expectError } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { type JwksServer, makeSigningKey, type SigningKey, startJwksServer } from "./jwks-server.js";
import { audience, claimsOf, issuer, mintToken } from "./sessions.js";

const path = "/operator-data-api/entities";

let api: TestApi;
let jwks: JwksServer;
let es256: SigningKey;
let rs256: SigningKey;
let foreign: SigningKey;
let secret: KeyObject;
/** Somebody who is linked, so that whatever is refused is refused for its token. */
let user: string;
/** Servers by what they were given to verify with. */
let servers: Record<"both" | "secret" | "published" | "neither", string>;

beforeAll(async () => {
  api = await startApi();
  ({ secret } = api.sessions);
  [es256, rs256, foreign] = await Promise.all([
    makeSigningKey("ES256", "es"),
    makeSigningKey("RS256", "rs"),
    makeSigningKey("ES256", "es"),
  ]);
  jwks = await startJwksServer(es256, rs256);
  user = (await api.createUser(api.ours.operator.id)).id;
  const published = { secret: undefined, jwksUrl: jwks.url, issuer, audience };
  const [both, onlyPublished, neither] = await Promise.all([
    api.startTwin({}, { sessions: { ...published, secret } }),
    api.startTwin({}, { sessions: published }),
    api.startTwin({}, { sessions: "none" }),
  ]);
  servers = {
    both: both.baseUrl,
    secret: api.baseUrl,
    published: onlyPublished.baseUrl,
    neither: neither.baseUrl,
  };
});
afterAll(async () => {
  await api.stop();
  await jwks.stop();
});

const now = () => Math.floor(Date.now() / 1_000);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const usual = { alg: "HS256", typ: "JWT" };
/** A token made by hand: whatever header and claims, and a good signature over them. */
function handmade(header: unknown, claims: unknown, key: KeyObject | string = secret): string {
  const signed = `${base64(header)}.${base64(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}
const hs256 = (claims: object = {}, key = secret) => mintToken(key, user, claims as never);
const without = (claim: string) => {
  const { [claim]: _, ...rest } = claimsOf(user);
  return handmade(usual, rest);
};
const parts = async (token: Promise<string>) => (await token).split(".") as [string, string, string];

type Made = string | Promise<string>;
const good: readonly (readonly [string, () => Made])[] = [
  ["HS256", () => hs256()],
  ["HS256 by hand", () => handmade(usual, claimsOf(user))],
  ["ES256", () => es256.sign(user)],
  ["RS256", () => rs256.sign(user)],
  ["without typ", () => handmade({ alg: "HS256" }, claimsOf(user))],
  ["for several audiences, ours among them", () => hs256({ aud: ["other", audience] })],
  ["sub in capitals", () => mintToken(secret, user.toUpperCase())],
];

const bad: readonly (readonly [string, ErrorCode, () => Made])[] = [
  ["expired", "AUTH_EXPIRED", () => hs256({ exp: now() - 60 })],
  ["expired, ES256", "AUTH_EXPIRED", () => es256.sign(user, { exp: now() - 60 })],
  ["expired long ago", "AUTH_EXPIRED", () => hs256({ exp: 1 })],
  [
    "expired, of somebody who is linked to nothing",
    "AUTH_EXPIRED",
    () => mintToken(secret, randomUUID(), { exp: 1 }),
  ],
  ["expired and of another issuer", "AUTH_INVALID", () => hs256({ exp: 1, iss: "https://elsewhere.test" })],
  [
    "expired and badly signed",
    "AUTH_INVALID",
    async () => handmade(usual, { ...claimsOf(user), exp: 1 }, "x".repeat(32)),
  ],
  ["not valid yet", "AUTH_INVALID", () => hs256({ nbf: now() + 600 })],
  ["of another issuer", "AUTH_INVALID", () => hs256({ iss: "https://elsewhere.test/auth/v1" })],
  ["of an issuer that begins like ours", "AUTH_INVALID", () => hs256({ iss: `${issuer}/` })],
  ["of another issuer, ES256", "AUTH_INVALID", () => es256.sign(user, { iss: "https://elsewhere.test" })],
  ["for another audience", "AUTH_INVALID", () => hs256({ aud: "anon" })],
  ["for other audiences", "AUTH_INVALID", () => hs256({ aud: ["a", "b"] })],
  ...["iss", "aud", "sub", "exp"].map(
    (claim) => [`without ${claim}`, "AUTH_INVALID", () => without(claim)] as const,
  ),
  ...["", "1", "admin", "op_0123456789abcdef", `${randomUUID()} `, `{${randomUUID()}}`, "0".repeat(32)].map(
    (sub) => [`with sub ${JSON.stringify(sub)}`, "AUTH_INVALID", () => hs256({ sub })] as const,
  ),
  ...[7, null, true, ["a"], { a: 1 }].map(
    (odd) =>
      [
        `with sub ${JSON.stringify(odd)}`,
        "AUTH_INVALID",
        () => handmade(usual, { ...claimsOf(user), sub: odd }),
      ] as const,
  ),
  ...["never", null, "9999999999", {}].map(
    (odd) =>
      [
        `with exp ${JSON.stringify(odd)}`,
        "AUTH_INVALID",
        () => handmade(usual, { ...claimsOf(user), exp: odd }),
      ] as const,
  ),
  ["with nbf that is no number", "AUTH_INVALID", () => handmade(usual, { ...claimsOf(user), nbf: "x" })],
  ["whose claims are an array", "AUTH_INVALID", () => handmade(usual, [claimsOf(user)])],
  ["whose claims are no JSON", "AUTH_INVALID", () => signedText("{")],
  ["whose claims are no UTF-8", "AUTH_INVALID", () => signedText(Buffer.from([0xff, 0xfe]))],
  [
    "alg none, without a signature",
    "AUTH_INVALID",
    () => `${base64({ alg: "none" })}.${base64(claimsOf(user))}.`,
  ],
  ["alg none, with the signature of HS256", "AUTH_INVALID", () => handmade({ alg: "none" }, claimsOf(user))],
  ...["None", "hs256", "HS384", "HS512", "PS256", "ES384", "EdDSA", "", null, 7, ["HS256"]].map(
    (alg) =>
      [
        `alg ${JSON.stringify(alg)} over HS256`,
        "AUTH_INVALID",
        () => handmade({ ...usual, alg }, claimsOf(user)),
      ] as const,
  ),
  ["without alg", "AUTH_INVALID", () => handmade({ typ: "JWT" }, claimsOf(user))],
  [
    "HS512 by our secret",
    "AUTH_INVALID",
    () => new SignJWT(claimsOf(user)).setProtectedHeader({ alg: "HS512" }).sign(secret),
  ],
  [
    "HS256 under ES256's name",
    "AUTH_INVALID",
    () => handmade({ alg: "ES256", kid: es256.kid }, claimsOf(user)),
  ],
  [
    "HS256 by a public key as its secret",
    "AUTH_INVALID",
    () => handmade({ ...usual, kid: rs256.kid }, claimsOf(user), JSON.stringify(rs256.publicJwk)),
  ],
  ["HS256 by another secret", "AUTH_INVALID", () => hs256({}, createSecretKey(Buffer.alloc(32, 7)))],
  ["ES256 by another key of the same kid", "AUTH_INVALID", () => foreign.sign(user)],
  ["ES256 of an unknown kid", "AUTH_INVALID", () => es256.sign(user, {}, { kid: "other" })],
  ["ES256 without kid", "AUTH_INVALID", () => es256.sign(user, {}, { kid: undefined })],
  ["ES256 under the kid of RS256", "AUTH_INVALID", () => es256.sign(user, {}, { kid: rs256.kid })],
  ["that brings its own key", "AUTH_INVALID", () => foreign.sign(user, {}, { jwk: foreign.publicJwk })],
  ["that says where its key is", "AUTH_INVALID", () => foreign.sign(user, {}, { kid: "own", jku: jwks.url })],
  [
    "with a critical extension",
    "AUTH_INVALID",
    () => handmade({ ...usual, crit: ["x"], x: 1 }, claimsOf(user)),
  ],
  [
    "with an unencoded payload",
    "AUTH_INVALID",
    () => handmade({ ...usual, crit: ["b64"], b64: false }, claimsOf(user)),
  ],
  [
    "whose header is no JSON",
    "AUTH_INVALID",
    async () => `${Buffer.from("{").toString("base64url")}.${(await parts(hs256())).slice(1).join(".")}`,
  ],
  ["whose header is null", "AUTH_INVALID", () => handmade(null, claimsOf(user))],
  [
    "with another's claims",
    "AUTH_INVALID",
    async () => ((a) => `${a[0]}.${base64(claimsOf(randomUUID()))}.${a[2]}`)(await parts(hs256())),
  ],
  ["with a bit of its signature turned", "AUTH_INVALID", async () => turned(await hs256())],
  ["with a bit of its ES256 signature turned", "AUTH_INVALID", async () => turned(await es256.sign(user))],
  ["with half of its signature", "AUTH_INVALID", async () => (await hs256()).slice(0, -20)],
  ["of two parts", "AUTH_INVALID", async () => (await parts(hs256())).slice(0, 2).join(".")],
  ["of four parts", "AUTH_INVALID", async () => `${await hs256()}.x`],
  ["encrypted, of five parts", "AUTH_INVALID", () => `${base64({ alg: "dir", enc: "A256GCM" })}..a.b.c`],
  ["with padding", "AUTH_INVALID", async () => `${await hs256()}=`],
  ["over 8 KiB", "AUTH_INVALID", () => hs256({ user_metadata: { note: "x".repeat(8_192) } })],
];

function signedText(text: string | Buffer): string {
  const signed = `${base64(usual)}.${Buffer.from(text).toString("base64url")}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** The first character of the signature carries six bits of it; the last ones may carry none. */
function turned(token: string): string {
  const at = token.lastIndexOf(".") + 1;
  return `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
}

describe("a token is taken:", () => {
  it.each(good)("%s", async (_, make) => {
    const answer = await call(servers.both, "GET", path, { key: await make() });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  });
});

describe("a token is refused:", () => {
  it.each(bad)("%s is %s", async (_, code, make) => {
    expectError(await call(servers.both, "GET", path, { key: await make() }), code);
  });

  it("one just under the bound is none too long", async () => {
    const note = "x".repeat(5_700);
    const token = await hs256({ user_metadata: { note } });
    expect(token.length).toBeGreaterThan(8_000);
    expect(token.length).toBeLessThanOrEqual(8_192);
    expect((await call(servers.both, "GET", path, { key: token })).status).toBe(200);
  });

  it("all that are invalid get one answer, so that nobody learns what theirs lacked", async () => {
    const said = await Promise.all(
      bad
        .filter(([, code]) => code === "AUTH_INVALID")
        .map(async ([, , make]) => (await call(servers.both, "GET", path, { key: await make() })).body.error),
    );
    expect(new Set(said.map((error) => JSON.stringify(error))).size).toBe(1);
  });
});

describe("a server takes only what it was given the means to verify:", () => {
  const taken: Record<keyof typeof servers, readonly string[]> = {
    both: ["HS256", "ES256", "RS256"],
    secret: ["HS256"],
    published: ["ES256", "RS256"],
    neither: [],
  };
  it.each(Object.entries(taken))("with %s: %j", async (name, algorithms) => {
    const tokens = { HS256: await hs256(), ES256: await es256.sign(user), RS256: await rs256.sign(user) };
    for (const [algorithm, key] of Object.entries(tokens)) {
      const answer = await call(servers[name as keyof typeof servers], "GET", path, { key });
      if (algorithms.includes(algorithm)) expect(answer.status).toBe(200);
      else expectError(answer, "AUTH_INVALID");
    }
  });
});

describe("while the host of the keys is away", () => {
  it("who has a key of it that nobody knows yet is asked to come back, in the spec's words", async () => {
    const { baseUrl } = await api.startTwin(
      {},
      { sessions: { secret: undefined, jwksUrl: "http://127.0.0.1:1/", issuer, audience } },
    );
    const answer = await call(baseUrl, "GET", path, { key: await es256.sign(user) });
    expectError(answer, "SERVICE_UNAVAILABLE");
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    const { key } = api.ours.operator;
    expect((await call(baseUrl, "GET", path, { key })).status).toBe(200);
  });
});
