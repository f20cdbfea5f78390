import type { Database } from "@onehazel/db";
import type { Request, RequestHandler, Response } from "express";
import { send } from "./reply.js";
import { requestIdOf } from "./request-id.js";

const probeTimeoutMs = 2_000;

/** `/livez`: this process answers. `/readyz`: it can serve, so the database answers and nobody has told it to stop. */
export function health(db: Database, isStopping: () => boolean): RequestHandler {
  return (request, response, next) => {
    const say = (status: 200 | 503, word: string) => {
      if (isStopping()) response.shouldKeepAlive = false;
      answer(request, response, status, { status: word });
    };
    if (request.path === "/livez") return say(200, "live");
    if (request.path !== "/readyz") return next();
    if (isStopping()) return say(503, "stopping");
    probe(db).then(
      () => say(200, "ready"),
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

async function probe(db: Database): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the database did not answer in time")), probeTimeoutMs);
  });
  try {
    await Promise.race([db.query("probe", "select 1"), late]);
  } finally {
    clearTimeout(timer);
  }
}
