import { isUtf8 } from "node:buffer";
import type { Operation } from "@onehazel/spec";
import contentType from "content-type";
import express, { type Request, type RequestHandler, type Response } from "express";
import { ApiError } from "./errors.js";

/** A body as it came: its JSON value, and its text, which says what parsing loses. */
export interface Body {
  readonly value: unknown;
  readonly text: string;
}

const byteOrderMark = 0xfeff;
const readers = new Map<string, RequestHandler>();

/**
 * Reads a JSON body whole. Throws `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE` or `INVALID_JSON`, in that order;
 * an empty body is `{}` where the operation lets it be absent.
 */
export async function readBody(request: Request, response: Response, operation: Operation): Promise<Body> {
  requireJson(request);
  // Said at once, and not after an upload that cannot be taken.
  if (Number(request.headers["content-length"] ?? 0) > operation.bodyBytesMax)
    throw tooLarge(operation.bodyBytesMax);
  const bytes = await readBytes(request, response, operation);
  if (bytes.length === 0 && operation.body === "optional") return { value: {}, text: "{}" };
  if (bytes.length === 0) throw new ApiError("INVALID_JSON", "The body is empty; send a JSON object");
  if (!isUtf8(bytes)) throw new ApiError("INVALID_JSON", "The body is not valid UTF-8");
  const decoded = bytes.toString("utf8");
  const text = decoded.charCodeAt(0) === byteOrderMark ? decoded.slice(1) : decoded;
  try {
    return { value: JSON.parse(text), text };
  } catch {
    // The parser's own message quotes the body.
    throw new ApiError("INVALID_JSON", "The body is not valid JSON");
  }
}

function requireJson(request: Request): void {
  const sent = request.headers["content-type"];
  if (sent === undefined && !hasBody(request)) return;
  const wrong = new ApiError(
    "UNSUPPORTED_MEDIA_TYPE",
    "Send Content-Type: application/json, encoded in UTF-8",
  );
  let parsed: contentType.ParsedMediaType;
  try {
    parsed = contentType.parse(sent ?? "");
  } catch {
    throw wrong;
  }
  const charset = parsed.parameters.charset?.toLowerCase() ?? "utf-8";
  if (parsed.type !== "application/json" || (charset !== "utf-8" && charset !== "utf8")) throw wrong;
}

function hasBody(request: Request): boolean {
  return (
    request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0
  );
}

function readBytes(request: Request, response: Response, operation: Operation): Promise<Buffer> {
  const { bodyBytesMax } = operation;
  const read = readerFor(bodyBytesMax, inflates(request, operation));
  return new Promise((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      const bytes: unknown = request.body;
      // What is parsed must not be kept as bytes too, as long as the request lasts.
      request.body = undefined;
      if (error !== undefined && error !== null) reject(translate(error, operation));
      else resolve(Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0));
    });
  });
}

/** Only gzip, though the reader knows more: one encoding is enough for every client. */
function inflates(request: Request, operation: Operation): boolean {
  return operation.gzip && request.headers["content-encoding"]?.toLowerCase() === "gzip";
}

/** The limit counts inflated bytes, and nothing beyond it is inflated. */
function readerFor(bodyBytesMax: number, inflate: boolean): RequestHandler {
  const name = `${bodyBytesMax} ${inflate}`;
  const reader = readers.get(name) ?? express.raw({ type: () => true, limit: bodyBytesMax, inflate });
  readers.set(name, reader);
  return reader;
}

function translate(error: unknown, { bodyBytesMax, gzip }: Operation): ApiError {
  switch ((error as { type?: string }).type) {
    case "entity.too.large":
      return tooLarge(bodyBytesMax);
    case "encoding.unsupported":
      return new ApiError(
        "UNSUPPORTED_MEDIA_TYPE",
        `This Content-Encoding is not accepted here; send the body plain${gzip ? " or as gzip" : ""}`,
      );
    default:
      return new ApiError("INVALID_JSON", "The body did not arrive whole", { cause: error });
  }
}

function tooLarge(bodyBytesMax: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${bodyBytesMax} bytes`);
}
