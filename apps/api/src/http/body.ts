import { isUtf8 } from "node:buffer";
import type { Operation } from "@onehazel/spec";
import contentType from "content-type";
import type { Request, Response } from "express";
import { readBytes, tooLarge } from "./body-bytes.js";
import { ApiError } from "./errors.js";
import { expectsContinue, hasBody } from "./framing.js";
import { invalidJson, parseJson, startOfText, textOf } from "./json-text.js";
import { holdsMoreValues, tooManyValues } from "./json-values.js";

/** A body as it came: its JSON value, and its text, which says what parsing loses. */
export interface Body {
  readonly value: unknown;
  readonly text: string;
}

/**
 * Reads a JSON body whole. Throws `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE` or `INVALID_JSON`, in that order;
 * an empty body is `{}` where the operation lets it be absent.
 */
export async function readBody(
  request: Request,
  response: Response,
  operation: Operation,
  bytesMax = operation.bodyBytesMax,
): Promise<Body> {
  const bytes = await readBodyBytes(request, response, operation, bytesMax);
  if (bytes.length === 0) return { value: {}, text: "{}" };
  const { jsonValuesMax } = operation;
  if (holdsMoreValues(bytes, jsonValuesMax)) throw tooManyValues(jsonValuesMax);
  if (!isUtf8(bytes)) throw invalidJson();
  const text = textOf(bytes, startOfText(bytes), bytes.length);
  return { value: parseJson(text), text };
}

/** The bytes of a body; none where it may be absent and is. Throws as `readBody` does, but for what is inside. */
export async function readBodyBytes(
  request: Request,
  response: Response,
  operation: Operation,
  bytesMax: number,
): Promise<Buffer> {
  requireJson(request);
  // Said at once, and not after an upload that cannot be taken.
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const inflate = isCompressed(request, operation);
  // Only now: a client that waits with its body until it is wanted has not sent one that is refused.
  if (expectsContinue(request)) response.writeContinue();
  const bytes = hasBody(request) ? await readBytes(request, { bytesMax, inflate }) : Buffer.alloc(0);
  if (bytes.length === 0 && operation.body !== "optional")
    throw new ApiError("INVALID_JSON", "The body is empty; send a JSON object");
  return bytes;
}

/** What a body may come to, before any of it is read: what it says of itself, or all that it may have. */
export function largestBytes(request: Request, operation: Operation, bytesMax: number): number {
  const said = request.headers["content-length"];
  if (said === undefined || isCompressed(request, operation)) return bytesMax;
  // One that says too much is refused unread.
  return Number(said) > bytesMax ? 0 : Number(said);
}

function requireJson(request: Request): void {
  const sent = request.headers["content-type"];
  if (sent === undefined && !hasBody(request)) return;
  // What nearly everybody sends needs no parser.
  if (sent === "application/json") return;
  let parsed: contentType.ParsedMediaType;
  try {
    parsed = contentType.parse(withoutEmptyParameters(sent ?? ""));
  } catch {
    throw noJson();
  }
  const charset = parsed.parameters.charset?.toLowerCase() ?? "utf-8";
  if (parsed.type !== "application/json" || (charset !== "utf-8" && charset !== "utf8")) throw noJson();
}

/** Long enough for every media type; the work below grows with the square of it. */
const mediaTypeCharactersMax = 1_024;
const quotedOrEmpty = /("(?:[^"\\]|\\.)*")|;[\t ]*(?=;|$)/g;

/** RFC 9110, 5.6.6 allows `application/json;` and `a/b;;c=d`; the library does not. */
function withoutEmptyParameters(sent: string): string {
  if (sent.length > mediaTypeCharactersMax) throw noJson();
  return sent.replace(quotedOrEmpty, "$1");
}

function noJson(): ApiError {
  return new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send Content-Type: application/json, encoded in UTF-8");
}

/** Only gzip, and only where the spec takes it: one encoding is enough for every client. */
function isCompressed(request: Request, { gzip }: Operation): boolean {
  const encoding = request.headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (encoding === "identity") return false;
  if (gzip && encoding === "gzip") return true;
  throw new ApiError(
    "UNSUPPORTED_MEDIA_TYPE",
    `This Content-Encoding is not accepted here; send the body plain${gzip ? " or as gzip" : ""}`,
  );
}
