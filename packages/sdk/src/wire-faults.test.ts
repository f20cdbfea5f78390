import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isDecodeError, isTimeoutError } from "./index.js";
import { operatorClient, operatorKey, player, rejectionOf, upserted } from "./testing/clients.js";
import {
  afterInformation,
  contentLengthTooLarge,
  contentLengthTooSmall,
  type FaultServer,
  noGzip,
  ok,
  type Step,
  slowHeaders,
  startFaultServer,
  status,
  thenClosed,
  truncatedBody,
} from "./testing/fault-server.js";

let server: FaultServer;
let elsewhere: FaultServer;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startFaultServer(), startFaultServer()]);
});
afterAll(() => Promise.all([server.close(), elsewhere.close()]));

describe("a wire at fault", () => {
  it.each([
    ["a content-length that is too large", contentLengthTooLarge],
    ["a truncated body", truncatedBody],
    ["what says gzip and is none", noGzip],
  ] as [string, Step][])("%s: retried with the same key", async (_, fault) => {
    server.script(fault, ok(upserted));
    const { attempts } = await operatorClient(server.url).entities.upsert(player).withResponse();
    expect(attempts).toBe(2);
    expect(new Set(server.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    server.script(fault);
    expect(await rejectionOf(operatorClient(server.url).entities.upsert(player))).toMatchObject({
      name: "ConnectionError",
      attempts: 3,
    });
  });

  it("slow headers: timed out and retried", async () => {
    server.script(slowHeaders, ok(upserted));
    // On a busy machine a good answer may be late as well, so there are retries to spare.
    const client = operatorClient(server.url, { timeoutMs: 200, retries: 20 });
    const { attempts } = await client.entities.upsert(player).withResponse();
    expect(attempts).toBeGreaterThanOrEqual(2);
    server.script(slowHeaders);
    expect(isTimeoutError(await rejectionOf(client.entities.upsert(player, { retries: 0 })))).toBe(true);
  });

  it("a content-length that is too small: an error, never half an answer", async () => {
    server.script(contentLengthTooSmall);
    expect(isDecodeError(await rejectionOf(operatorClient(server.url).entities.upsert(player)))).toBe(true);
  });

  it("gzip that is whole is read; cut off, where fetch says nothing of it, it is an error and never half an answer", async () => {
    const whole = gzipSync(JSON.stringify({ success: true, data: upserted }));
    const zipped =
      (body: Uint8Array): Step =>
      (reply) =>
        reply.head(200, { "content-encoding": "gzip" }).end(body);
    server.script(zipped(whole));
    expect((await operatorClient(server.url).entities.upsert(player)).action).toBe("created");
    server.script(zipped(whole.subarray(0, -20)));
    const { name } = (await rejectionOf(operatorClient(server.url).entities.upsert(player))) as Error;
    expect(["DecodeError", "ConnectionError"]).toContain(name);
  });

  it("a connection closed between two requests: the next one gets through, under one key", async () => {
    server.script(thenClosed(ok(upserted)));
    const client = operatorClient(server.url);
    for (let call = 0; call < 20; call++) {
      const { idempotencyKey } = await client.entities.upsert(player);
      expect(server.seen.at(-1)?.headers["idempotency-key"]).toBe(idempotencyKey);
    }
  });

  it("1xx answers are not the answer", async () => {
    server.script(afterInformation(ok(upserted)));
    const { attempts, response } = await operatorClient(server.url).entities.upsert(player).withResponse();
    expect([attempts, response.status]).toEqual([1, 200]);
  });

  it.each([301, 302, 303, 307, 308])(
    "%i to another host: an error, and the key goes nowhere",
    async (code) => {
      elsewhere.script(ok(upserted));
      for (const location of [
        elsewhere.url,
        `${elsewhere.url.replace("127.0.0.1", "localhost")}/x`,
        "//evil.example/",
      ]) {
        server.script(status(code, { location }));
        const error = await rejectionOf(operatorClient(server.url).entities.upsert(player));
        expect(error).toMatchObject({ status: code, attempts: 1 });
        expect((error as Error).message).toContain("redirects are not followed");
        expect((error as Error).message + JSON.stringify(error)).not.toContain(operatorKey.slice(8));
      }
      expect(elsewhere.seen).toEqual([]);
    },
  );
});
