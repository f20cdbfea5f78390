import { errors, headers, recordings, statuses } from "../generated/recordings.js";
import type { ErrorCode, OperationId } from "../operations.js";
import type { Recording } from "./types.js";

export function recordingOf(id: OperationId): Recording {
  return recordings[id] as Recording;
}

export function statusOf(code: ErrorCode): number {
  return statuses[code];
}

/** The operation that a request is for, and what of its path are parameters. */
export function operationAt(
  method: string,
  path: string,
): { readonly id: OperationId; readonly parameters: Readonly<Record<string, string>> } | undefined {
  for (const { id, method: itsMethod, pattern } of routes) {
    const match = method === itsMethod ? pattern.exec(path) : null;
    if (match === null) continue;
    const named = Object.entries(match.groups ?? {});
    const parameters = Object.fromEntries(named.map(([name, value]) => [name, decodeURIComponent(value)]));
    return { id: id as OperationId, parameters };
  }
  return undefined;
}

/** An answer as the API would give it. */
export function reply(
  status: number,
  body: unknown,
  type: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  const text =
    type === "application/json"
      ? JSON.stringify(body)
      : (body as readonly unknown[]).map((line) => `${JSON.stringify(line)}\n`).join("");
  return new Response(text, { status, headers: { ...headers, "content-type": type, ...more } });
}

const passing: ReadonlySet<ErrorCode> = new Set([
  "IDEMPOTENCY_IN_PROGRESS",
  "RATE_LIMITED",
  "SERVICE_UNAVAILABLE",
]);

/** The error's recorded answer, or one of its shape. */
export function errorReply(shape: Recording["shape"], code: ErrorCode, retryAfterSeconds: number): Response {
  const message = `The mock was told to answer ${code}`;
  const wrapped =
    shape === "sentence" ? { error: message, code } : { error: { code, message, details: undefined } };
  const body = errors[shape][code] ?? { success: false, ...wrapped, requestId: headers["x-request-id"] };
  const more: Record<string, string> = passing.has(code) ? { "retry-after": String(retryAfterSeconds) } : {};
  return reply(statusOf(code), body, "application/json", more);
}

// A base URL may have a path of its own, so only the end has to fit; the longest that does is meant.
const routes = Object.entries(recordings)
  .map(([id, { method, path }]) => ({
    id,
    method,
    length: path.length,
    pattern: new RegExp(`${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
  }))
  .sort((a, b) => b.length - a.length);
