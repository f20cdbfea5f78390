import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { claimsOf } from "./sessions.js";

/** A key pair as the host of sessions has it. */
export interface SigningKey {
  readonly alg: "ES256" | "RS256";
  readonly kid: string;
  readonly publicJwk: object;
  /** A token of a person who has signed in. `claims` go over the usual ones. */
  sign(userId: string, claims?: JWTPayload, header?: object): Promise<string>;
}

export async function makeSigningKey(alg: "ES256" | "RS256", kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey as CryptoKey)), kid, alg, use: "sig" };
  return {
    alg,
    kid,
    publicJwk,
    sign: (userId, claims = {}, header = {}) =>
      new SignJWT({ ...claimsOf(userId), ...claims })
        .setProtectedHeader({ alg, kid, typ: "JWT", ...header })
        .sign(privateKey),
  };
}

export interface JwksServer {
  readonly url: string;
  /** How often it was asked. */
  asked: number;
  /** What it answers from now on. */
  answer: (response: ServerResponse) => void;
  publish(...keys: SigningKey[]): void;
  stop(): Promise<void>;
}

/** Publishes keys as Supabase does, or misbehaves as it is told. */
export async function startJwksServer(...keys: SigningKey[]): Promise<JwksServer> {
  const http = createServer((_request, response) => {
    server.asked += 1;
    server.answer(response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: JwksServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/auth/v1/.well-known/jwks.json`,
    asked: 0,
    answer: () => undefined,
    publish: (...published) => {
      const text = JSON.stringify({ keys: published.map(({ publicJwk }) => publicJwk) });
      server.answer = (response) => response.writeHead(200, { "content-type": "application/json" }).end(text);
    },
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  server.publish(...keys);
  return server;
}
