import type { ServerResponse } from "node:http";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type JwksServer,
  makeSigningKey,
  type SigningKey,
  startJwksServer,
} from "../../testing/jwks-server.js";
import { ApiError } from "../errors.js";
import { createLogger } from "../log.js";
import { Jwks } from "./jwks.js";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let first: SigningKey;
let second: SigningKey;
let server: JwksServer;
let jwks: Jwks;
let nowMs: number;
let logLines: string[];

beforeAll(async () => {
  first = await makeSigningKey("ES256", "first");
  second = await makeSigningKey("RS256", "second");
});
beforeEach(async () => {
  server = await startJwksServer(first);
  nowMs = 1_000;
  logLines = [];
  const log = createLogger("info", { write: (line) => void logLines.push(line) });
  jwks = new Jwks({ url: server.url, log, nowMs: () => nowMs });
});
afterEach(() => server.stop());

/** `found`, or the code that it is refused with. */
async function ask({ alg, kid }: Pick<SigningKey, "alg" | "kid">): Promise<string> {
  try {
    return (await jwks.keyFor({ alg, kid })).type === "public" ? "found" : "not a public key";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "SERVICE_UNAVAILABLE") expect(Number(error.headers["Retry-After"])).toBeGreaterThan(0);
    return error.code;
  }
}

const strangers = Array.from({ length: 50 }, (_, index) => ({
  alg: "ES256" as const,
  kid: `stranger-${index}`,
}));

describe("while the host is well", () => {
  it("is asked once for many, and again only when its answer is old", async () => {
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => ask(first))))).toEqual(
      new Set(["found"]),
    );
    nowMs += 9 * minuteMs;
    expect(await ask(first)).toBe("found");
    expect(server.asked).toBe(1);
    nowMs += 2 * minuteMs;
    expect(await ask(first)).toBe("found");
    expect(server.asked).toBe(2);
  });

  it("a key that it rotates in is found at once, and one that it has withdrawn is gone with the next look", async () => {
    expect(await ask(first)).toBe("found");
    nowMs += minuteMs;
    server.publish(first, second);
    expect(await ask(second)).toBe("found");
    server.publish(second);
    nowMs += 11 * minuteMs;
    expect([await ask(second), await ask(first)]).toEqual(["found", "AUTH_INVALID"]);
  });

  it("whoever invents key ids makes us ask no more than twice a minute", async () => {
    for (const stranger of strangers) expect(await ask(stranger)).toBe("AUTH_INVALID");
    expect(server.asked).toBe(1);
    nowMs += 31_000;
    await Promise.all(strangers.map(ask));
    expect(server.asked).toBe(2);
  });

  it("a key is used with its own algorithm alone", async () => {
    expect(await ask({ alg: "RS256", kid: first.kid })).toBe("AUTH_INVALID");
  });
});

/** Ways to be away. */
const outages: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ["answers 500", (response) => response.writeHead(500).end("{}")],
  ["answers 404 with keys", (response) => response.writeHead(404).end('{"keys":[]}')],
  ["redirects", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["hangs up", (response) => response.socket?.destroy()],
  [
    "breaks off",
    (response) => void response.writeHead(200).write('{"keys":', () => response.socket?.destroy()),
  ],
  ["answers no JSON", (response) => response.end("<html>")],
  ["answers other JSON", (response) => response.end('{"keys":7}')],
  ["answers null", (response) => response.end("null")],
  ["answers without end", (response) => flood(response)],
  ["answers nothing", () => undefined],
  ["answers a byte at a time", (response) => trickle(response)],
];

function flood(response: ServerResponse): void {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(" ".repeat(65_536)));
    response.once("drain", more);
  };
  more();
}

function trickle(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(" "), 200);
  response.once("close", () => clearInterval(timer));
}

describe("while the host", () => {
  it.each(outages)(
    "%s, known keys work on, unknown ones are 503, and it is asked again in good time",
    async (_, outage) => {
      expect(await ask(first)).toBe("found");
      const healthy = server.answer;
      server.answer = outage;
      nowMs += hourMs;
      expect([await ask(first), await ask(second)]).toEqual(["found", "SERVICE_UNAVAILABLE"]);
      await Promise.all(strangers.map(ask));
      expect(server.asked).toBe(2);
      expect(logLines).toHaveLength(1);
      expect(logLines[0]).toContain("could not be fetched");

      server.answer = healthy;
      nowMs += 6_000;
      expect([await ask(first), await ask(second)]).toEqual(["found", "AUTH_INVALID"]);
      expect(server.asked).toBe(3);
    },
  );

  it("is away from the start, nobody is let in, and the first answer mends it", async () => {
    const healthy = server.answer;
    server.answer = (response) => response.socket?.destroy();
    expect([await ask(first), await ask(first)]).toEqual(["SERVICE_UNAVAILABLE", "SERVICE_UNAVAILABLE"]);
    expect(server.asked).toBe(1);
    server.answer = healthy;
    nowMs += 6_000;
    expect(await ask(first)).toBe("found");
  });

  it("is away for more than a day, what it once said is no longer believed", async () => {
    expect(await ask(first)).toBe("found");
    await server.stop();
    nowMs += 23 * hourMs;
    expect(await ask(first)).toBe("found");
    nowMs += 2 * hourMs;
    expect(await ask(first)).toBe("SERVICE_UNAVAILABLE");
  });

  it("is away, nobody waits for it who has a key that is known", async () => {
    expect(await ask(first)).toBe("found");
    server.answer = (response) => response.socket?.destroy();
    nowMs += hourMs;
    expect(await ask(first)).toBe("found");
    const held = new Promise<ServerResponse>((resolve) => {
      server.answer = resolve;
    });
    nowMs += minuteMs;
    expect(await ask(first)).toBe("found");
    expect(logLines).toHaveLength(1);
    (await held).socket?.destroy();
    await expect.poll(() => logLines.length).toBe(2);
  });
});
