import { ShareUnavailableError } from "@onehazel/fair-share";

const socketCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  // Ours rather than the database's, but no less passing: out of descriptors, buffers or ports.
  "EMFILE",
  "ENFILE",
  "ENOBUFS",
  "EADDRNOTAVAIL",
]);

/** SQLSTATEs of a server that is going away, coming back, or has no connection left. */
const awayStates = new Set(["57P01", "57P02", "57P03", "57P05", "53300"]);

/** SQLSTATE of a statement that waited for a lock for as long as it may. */
export const lockNotAvailable = "55P03";

/** Whether an error, or its cause, is a lock timeout. */
export function isLockTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === lockNotAvailable || isLockTimeout(error.cause);
}

/** Why a database that responds accepts no writes, or no more connections. */
export type DatabaseProblem = "full" | "read-only" | "out of connections" | "out of memory" | "failing";

const problems: Readonly<Record<string, DatabaseProblem>> = {
  "25006": "read-only",
  "53100": "full",
  "53200": "out of memory",
  "53300": "out of connections",
};

/**
 * The resource problem that an error reports: SQLSTATE class 53 (insufficient resources), class 58 (system errors outside PostgreSQL)
 * or 25006 (read-only). The statement did not cause such an error, so the response is a 503.
 */
export function databaseProblem(error: unknown): DatabaseProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const known = problems[code];
  if (known !== undefined) return known;
  return /^5[38]\w{3}$/.test(code) ? "failing" : databaseProblem(error.cause);
}

/** What `pg` and `pg-pool` say where they give no code; knex may put the statement and ` - ` in front. */
const awayMessages =
  /(?:^| - )(?:Connection terminated.*|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error and is not queryable|Client was closed and is not queryable|Cannot use a pool after calling end on the pool)$/s;

/**
 * Whether an error says that the database is away (stopped, starting, unreachable, out of connections, or that no
 * connection of the pool became free in time) and not that a statement was wrong. Such an error deserves a 503 and
 * another try; the statement may or may not have taken effect.
 *
 * @example
 * try { await db.query("ping", "select 1") } catch (error) { if (isUnavailable(error)) … }
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ShareUnavailableError) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code !== undefined) {
    if (socketCodes.has(code) || awayStates.has(code) || /^08\w{3}$/.test(code)) return true;
    if (code === "ENOENT" && syscall === "connect") return true;
  }
  if (awayMessages.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  return isUnavailable(error.cause);
}

/**
 * Whether a prepared statement met a schema that changed under it: the server refuses it before anything was
 * executed, so the same statement may be sent again, unnamed.
 */
export function isStalePlan(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error as NodeJS.ErrnoException).code === "0A000" &&
    error.message.includes("cached plan must not change result type")
  );
}
