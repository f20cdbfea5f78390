import { type Database, isMigrated } from "@onehazel/db";
import type { Request, RequestHandler, Response } from "express";
import { send } from "./reply.js";
import { requestIdOf } from "./request-id.js";

const probeTimeoutMs = 2_000;

export interface HealthOptions {
  readonly db: Database;
  readonly isStopping: () => boolean;
  readonly hasStarted: () => boolean;
  readonly areKeysSound: () => boolean;
}

/**
 * `/livez` is 200 while the process responds. `/readyz` is 200 while the server should get traffic: its start has finished, the
 * database responds, has the schema that this build needs and accepts the server's master keys, and the server is not stopping.
 */
export function health({ db, isStopping, hasStarted, areKeysSound }: HealthOptions): RequestHandler {
  return (request, response, next) => {
    const say = (status: 200 | 503, word: string) => {
      if (isStopping()) response.shouldKeepAlive = false;
      answer(request, response, status, { status: word });
    };
    if (request.path === "/livez") return say(200, "live");
    if (request.path !== "/readyz") return next();
    if (isStopping()) return say(503, "stopping");
    if (!hasStarted()) return say(503, "starting");
    if (!areKeysSound()) return say(503, "master key unusable");
    probe(db).then(
      (current) => (current ? say(200, "ready") : say(503, "schema behind")),
      () => say(503, "database away"),
    );
  };
}

function answer(request: Request, response: Response, status: number, body: object): void {
  const allowed = request.method === "GET" || request.method === "HEAD";
  const headers: Record<string, string> = allowed
    ? status === 503
      ? { "Retry-After": "1" }
      : {}
    : { Allow: "GET, HEAD" };
  send(
    response,
    requestIdOf(request),
    allowed ? status : 405,
    JSON.stringify(allowed ? body : { status: "method not allowed" }),
    headers,
  );
}

/** Whether the schema is at least what this build needs. Rejects when the database does not say so in time. */
async function probe(db: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the database did not answer in time")), probeTimeoutMs);
  });
  try {
    return await Promise.race([isMigrated(db), late]);
  } finally {
    clearTimeout(timer);
  }
}
