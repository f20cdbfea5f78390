import cors from "cors";
import type { RequestHandler } from "express";
import { commonHeaders } from "./reply.js";
import { requestIdOf } from "./request-id.js";

/** How long a browser may remember what it was allowed. */
const maxAgeSeconds = 600;

/**
 * Lets web pages of these origins call the API with a bearer token; cookies play no part. Answers preflights, which without this
 * are a 405 like every OPTIONS.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allow = cors({
    origin: [...origins],
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
    exposedHeaders: ["Idempotency-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"],
    maxAge: maxAgeSeconds,
  });
  return (request, response, next) => {
    if (request.method === "OPTIONS") {
      for (const [name, value] of Object.entries(commonHeaders(requestIdOf(request)))) {
        response.setHeader(name, value);
      }
    }
    allow(request, response, next);
  };
}
