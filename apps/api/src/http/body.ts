import { isUtf8 } from "node:buffer";
import type { Operation } from "@onehazel/spec";
import contentType from "content-type";
import type { Request, Response } from "express";
import { readBytes, tooLarge } from "./body-bytes.js";
import type { BodyIntake } from "./body-intake.js";
import { ApiError } from "./errors.js";
import { expectsContinue, hasBody } from "./framing.js";
import { invalidJson, parseJson, startOfText, textOf } from "./json-text.js";
import { holdsMoreValues, tooManyValues } from "./json-values.js";
import { unreservedBytesMax } from "./memory-budget.js";

/** A body as it came: its JSON value, and its text, which says what parsing loses. */
export interface Body {
  readonly value: unknown;
  readonly text: string;
}

/** The usual compression ratio of JSON. If a body inflates to more, memory is reserved as it arrives. */
const usualInflation = 8;

export interface BodyOptions {
  readonly bytesMax: number;
  /** Starts to reserve memory for a body that may be large. */
  readonly startIntake: () => BodyIntake;
}

/**
 * Reads a JSON body whole. Throws `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `SERVICE_UNAVAILABLE` (no memory for it) or
 * `INVALID_JSON`, in that order; an empty body is `{}` where the operation lets it be absent.
 */
export async function readBody(
  request: Request,
  response: Response,
  operation: Operation,
  options: BodyOptions,
): Promise<Body> {
  const bytes = await readBodyBytes(request, response, operation, options);
  if (bytes.length === 0) return { value: {}, text: "{}" };
  const { jsonValuesMax } = operation;
  if (holdsMoreValues(bytes, jsonValuesMax)) throw tooManyValues(jsonValuesMax);
  if (!isUtf8(bytes)) throw invalidJson();
  const text = textOf(bytes, startOfText(bytes), bytes.length);
  return { value: parseJson(text), text };
}

/** Reads the bytes of a body; empty if the body is optional and absent. Throws like `readBody`, but does not look at the content. */
export async function readBodyBytes(
  request: Request,
  response: Response,
  operation: Operation,
  { bytesMax, startIntake }: BodyOptions,
): Promise<Buffer> {
  requireJson(request);
  // Said at once, and not after an upload that cannot be taken.
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const inflate = isCompressed(request, operation);
  const announced = announcedBytes(request, inflate);
  const intake = announced > unreservedBytesMax ? startIntake() : undefined;
  if (intake !== undefined) await intake.announce(announced === Infinity ? 0 : announced);
  // Only now: a client that waits with its body until it is wanted has not sent one that is refused.
  if (expectsContinue(request)) response.writeContinue();
  const reading = hasBody(request) ? readBytes(request, { bytesMax, inflate, intake }) : Buffer.alloc(0);
  const bytes = await (intake === undefined ? reading : intake.until(reading));
  if (bytes.length === 0 && operation.body !== "optional")
    throw new ApiError("INVALID_JSON", "The body is empty; send a JSON object");
  return bytes;
}

/** The size of a body according to its headers; Infinity if they do not tell. */
function announcedBytes(request: Request, inflate: boolean): number {
  if (!hasBody(request)) return 0;
  const length = request.headers["content-length"];
  if (length === undefined) return Infinity;
  return inflate ? Number(length) * usualInflation : Number(length);
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

/** Long enough for every media type; the cost of the expression below grows with the square of the length. */
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
