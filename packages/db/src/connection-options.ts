import pg from "pg";

/**
 * Where a database is: a connection string, or its parts. With a unix socket `host` is the socket's folder.
 * `role` (lower-case letters, digits, `_`) is assumed on connecting, by the start-up option `-c role=…`.
 */
export interface ConnectionOptions {
  connectionString?: string;
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  ssl?: boolean;
  role?: string;
}

/** Bounds of one session; 0 switches a bound off and sends nothing for it, which connection poolers may need. */
export interface SessionOptions {
  acquireTimeoutMs?: number;
  statementTimeoutMs?: number;
  lockTimeoutMs?: number;
  idleInTransactionTimeoutMs?: number;
  applicationName?: string;
}

/** How much later than the server's own statement timeout we give a silent connection up. */
const silenceGraceMs = 5_000;

const dateOid = 1082;

/** `date` stays text: as a `Date` it would mean midnight in whatever zone this process happens to run. */
const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === dateOid
      ? String
      : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

/**
 * Our statements are short, so compiling one costs more than running it. The settings of the role `onehazel_server` apply only to logins
 * as that role; this option applies to every session. It comes first, so that the connection string can override it.
 */
const jitOff = "-c jit=off";

/** Translates our options into those of `pg`. Throws on a role name that could smuggle in other options. */
export function clientConfig(options: ConnectionOptions & SessionOptions): pg.ClientConfig {
  const { connectionString, options: urlOptions } = splitConnectionString(options.connectionString);
  const startup = [jitOff, urlOptions, roleOption(options.role)]
    .filter((part) => part !== undefined)
    .join(" ");
  const config: pg.ClientConfig = {
    types,
    keepAlive: true,
    connectionTimeoutMillis: options.acquireTimeoutMs ?? 5_000,
    options: startup,
  };
  if (connectionString !== undefined) config.connectionString = connectionString;
  if (options.host !== undefined) config.host = options.host;
  if (options.port !== undefined) config.port = options.port;
  if (options.user !== undefined) config.user = options.user;
  if (options.password !== undefined) config.password = options.password;
  if (options.database !== undefined) config.database = options.database;
  if (options.ssl !== undefined) config.ssl = options.ssl;
  if (options.applicationName !== undefined) config.application_name = options.applicationName;
  const lockTimeoutMs = options.lockTimeoutMs ?? 10_000;
  if (lockTimeoutMs > 0) config.lock_timeout = lockTimeoutMs;
  if (options.statementTimeoutMs) {
    config.statement_timeout = options.statementTimeoutMs;
    config.query_timeout = options.statementTimeoutMs + silenceGraceMs;
  }
  if (options.idleInTransactionTimeoutMs) {
    config.idle_in_transaction_session_timeout = options.idleInTransactionTimeoutMs;
  }
  return config;
}

function roleOption(role: string | undefined): string | undefined {
  if (role === undefined) return undefined;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role)) throw new Error("a role's name may have only a-z, 0-9 and _");
  return `-c role=${role}`;
}

/** `pg` lets what stands in the string win over its other settings, so `?options=…` would silently drop our role. */
function splitConnectionString(connectionString: string | undefined): {
  connectionString?: string;
  options?: string;
} {
  const mark = connectionString?.indexOf("?") ?? -1;
  if (connectionString === undefined || mark < 0) return connectionString ? { connectionString } : {};
  const parameters = new URLSearchParams(connectionString.slice(mark + 1));
  const options = parameters.get("options");
  parameters.delete("options");
  const rest = parameters.size > 0 ? `?${parameters}` : "";
  return { connectionString: connectionString.slice(0, mark) + rest, ...(options ? { options } : {}) };
}
