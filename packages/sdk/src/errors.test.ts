import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as sdk from "./index.js";
import { operatorClient, player, rejectionOf } from "./testing/clients.js";
import { type FaultServer, fails, failsInASentence, json, startFaultServer } from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const details = [{ field: "data.email", message: 'Missing required field: "data.email"' }];

describe("what the server answers becomes an error", () => {
  it.each([
    [400, "INVALID_JSON", sdk.BadRequestError],
    [400, "MISSING_FIELDS", sdk.ValidationError],
    [400, "VALIDATION_FAILED", sdk.ValidationError],
    [401, "AUTH_REVOKED", sdk.AuthenticationError],
    [403, "FORBIDDEN", sdk.PermissionDeniedError],
    [404, "ENTITY_NOT_FOUND", sdk.NotFoundError],
    [409, "TEMPLATE_IN_USE", sdk.ConflictError],
    [410, "ENTITY_ERASED", sdk.GoneError],
    [413, "PAYLOAD_TOO_LARGE", sdk.PayloadTooLargeError],
    [422, "IDEMPOTENCY_KEY_REUSED", sdk.IdempotencyKeyReusedError],
    [429, "RATE_LIMITED", sdk.RateLimitError],
    [500, "INTERNAL_ERROR", sdk.ServerError],
    [503, "SERVICE_UNAVAILABLE", sdk.ServiceUnavailableError],
    [405, "METHOD_NOT_ALLOWED", sdk.APIError],
  ])("%i %s, in both shapes, is of the same class", async (status, code, Class) => {
    const client = operatorClient(server.url, { retries: 0 });
    server.script(fails(status, code));
    const nested = await rejectionOf(client.entities.upsert(player));
    server.script(failsInASentence(status, code, "A sentence"));
    const sentence = await rejectionOf(client.apiKeys.list());
    for (const error of [nested, sentence]) {
      expect(error).toBeInstanceOf(Class);
      expect(error).toBeInstanceOf(sdk.APIError);
      expect(error).toBeInstanceOf(sdk.OneHazelError);
      expect(error).toMatchObject({ status, code, name: Class.name });
    }
    expect(nested).toMatchObject({ message: `It is ${code}`, requestId: "req-1" });
    expect(sentence).toMatchObject({ message: "A sentence", requestId: "req-2" });
  });

  it("details of both shapes are kept", async () => {
    const client = operatorClient(server.url);
    server.script(
      json(400, {
        success: false,
        error: { code: "MISSING_FIELDS", message: "No", details },
        requestId: "r",
      }),
    );
    expect(await rejectionOf(client.entities.upsert(player))).toMatchObject({ details });
    server.script(failsInASentence(400, "MISSING_FIELDS", "id and label are required", { details }));
    expect(await rejectionOf(client.apiKeys.rename("id", "label"))).toMatchObject({ details });
  });

  it("a code newer than this package is undefined, and named in the message", async () => {
    server.script(fails(418, "TEAPOT"));
    const error = await rejectionOf(operatorClient(server.url).settings.get());
    expect(error).toMatchObject({ status: 418, code: undefined, message: "It is TEAPOT (TEAPOT)" });
  });
});

describe("guards", () => {
  it("tell errors by kind and code", async () => {
    server.script(fails(404, "ENTITY_NOT_FOUND"));
    const error = await rejectionOf(operatorClient(server.url).entities.get("x"));
    expect(sdk.isOneHazelError(error)).toBe(true);
    expect(sdk.isAPIError(error)).toBe(true);
    expect(sdk.isAPIError(error, "ENTITY_NOT_FOUND")).toBe(true);
    expect(sdk.isAPIError(error, "KEY_NOT_FOUND")).toBe(false);
    expect(sdk.isTimeoutError(error)).toBe(false);
  });

  it.each([undefined, null, "x", 1, {}, new Error("x"), new DOMException("x", "AbortError")])(
    "refuse %s",
    (value) => {
      const {
        isOneHazelError,
        isAPIError,
        isRateLimitError,
        isConnectionError,
        isTimeoutError,
        isDecodeError,
        isAbortError,
      } = sdk;
      for (const guard of [
        isOneHazelError,
        isRateLimitError,
        isConnectionError,
        isTimeoutError,
        isDecodeError,
        isAbortError,
      ]) {
        expect(guard(value)).toBe(false);
      }
      expect(isAPIError(value)).toBe(false);
    },
  );
});
