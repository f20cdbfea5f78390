import { randomFillSync } from "node:crypto";
import type { IncomingMessage } from "node:http";

const wellFormed = /^[A-Za-z0-9._-]{1,128}$/;
const idBytes = 12;
const pool = Buffer.alloc(idBytes * 256);
let used = pool.length;

/** The caller's `X-Request-Id` if it is well formed, so that one id follows a call through both logs; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const sent = request.headers["x-request-id"];
  return typeof sent === "string" && wellFormed.test(sent) ? sent : newRequestId();
}

/** 24 hex digits. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += idBytes;
  return pool.toString("hex", used - idBytes, used);
}
