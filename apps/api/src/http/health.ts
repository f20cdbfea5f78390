import { type Database, isMigrated, isReadOnly } from "@onehazel/db";
import type { Request, RequestHandler, Response } from "express";
import { send } from "./reply.js";
import { requestIdOf } from "./request-id.js";

const probeTimeoutMs = 2_000;
/** If all connections are in use, the database counts as busy; if none was released for this long, it counts as away. */
const silentMs = 5_000;

export interface HealthOptions {
  readonly db: Database;
  readonly isStopping: () => boolean;
  readonly hasStarted: () => boolean;
  readonly areKeysSound: () => boolean;
}

/**
 * `/livez` is 200 while the process responds. `/readyz` is 200 while the server should get traffic: its start has finished, the
 * database responds, takes writes, has the schema that this build needs and accepts the server's master keys, and the server is not
 * stopping. A busy database counts as ready: sending the traffic elsewhere would only make other servers busier.
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
    const { problem } = db;
    if (problem !== undefined) return say(503, `database ${problem}`);
    probe(db).then(
      (word) => say(word === "ready" ? 200 : 503, word),
      () => (isBusy(db) ? say(200, "busy") : say(503, "database away")),
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

function isBusy({ load }: Database): boolean {
  return load.waiting > 0 && load.sinceReleaseMs < silentMs;
}

/** Asks the database for its state. Rejects if it does not respond in time. */
async function probe(db: Database): Promise<"ready" | "schema behind" | "database read-only"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the database did not respond in time")), probeTimeoutMs);
  });
  try {
    return await Promise.race([ask(db), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(db: Database): Promise<"ready" | "schema behind" | "database read-only"> {
  if (!(await isMigrated(db))) return "schema behind";
  return (await isReadOnly(db)) ? "database read-only" : "ready";
}
