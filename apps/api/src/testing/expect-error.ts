import { type ErrorCode, errorCodes } from "@onehazel/spec";
import { expect } from "vitest";
import type { Answer } from "./call.js";
import type { RawAnswer } from "./raw.js";

/** Both prefixes under which every operation answers. */
export const prefixes = ["", "/functions/v1"] as const;

type Shape = "object" | "sentence";
type AnyAnswer = Pick<Answer, "status" | "body"> & { readonly headers: Headers | Record<string, string> };

function headerOf(answer: AnyAnswer, name: string): string | null | undefined {
  return answer.headers instanceof Headers ? answer.headers.get(name) : answer.headers[name.toLowerCase()];
}

/**
 * Holds an answer to be exactly one error: status, code, shape and request id. The status follows from the code unless
 * given. Returns the message and the details' fields, for what the test is about.
 */
export function expectError(
  answer: AnyAnswer,
  code: ErrorCode,
  { shape = "object", status = errorCodes[code].status }: { shape?: Shape | undefined; status?: number } = {},
): { message: string; fields: string[] } {
  const { body } = answer;
  const found = shape === "object" ? body?.error?.code : body?.code;
  expect({ status: answer.status, code: found, body }).toMatchObject({ status, code });
  const error = shape === "object" ? body.error : body;
  const message = shape === "object" ? body.error.message : body.error;
  expect(typeof message).toBe("string");
  expect(body.success).toBe(false);
  expect(body.requestId).toBe(headerOf(answer, "x-request-id"));
  expect(headerOf(answer, "content-type")).toBe("application/json; charset=utf-8");
  const shown = Object.keys(error).filter((name) => name !== "details");
  const last = code === "RATE_LIMITED" ? ["requestId", "resetAt"] : ["requestId"];
  expect(shown).toEqual(shape === "object" ? ["code", "message"] : ["success", "error", "code", ...last]);
  if (shape === "object") expect(Object.keys(body)).toEqual(["success", "error", ...last]);
  if (status === 401) expect(headerOf(answer, "www-authenticate")).toBe("Bearer");
  return { message, fields: (error.details ?? []).map(({ field }: { field: string }) => field) };
}

/** An answer of the HTTP parser: JSON with a request id like every other, on a connection that ends. */
export function expectParserRefusal(
  answer: RawAnswer,
  status: number,
  code: "VALIDATION_FAILED" | "PAYLOAD_TOO_LARGE",
): void {
  expectError(answer, code, { status });
  expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f]{24}$/);
  expect(answer.headers.connection?.toLowerCase()).toBe("close");
}
