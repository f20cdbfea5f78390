import { createSecretKey } from "node:crypto";
import { operations } from "@onehazel/spec";
import { z } from "zod";
import { parseTrustedProxies, type Trust, trustNobody } from "./http/rate-limit/client-address.js";

// What the environment may say: each setting with its bounds, its default and a sentence, from which the table of
// docs/operations.md is made. Secrets have no defaults.

const databaseUrl = z
  .string()
  // A unix socket's URL has no host, which the platform's parser refuses where there is a user.
  .refine((text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace("@/", "@socket/")), {
    error: "must be a URL such as postgres://user:password@host:5432/database",
  });

const trustedProxies = z.string().transform((text, context): Trust => {
  try {
    return parseTrustedProxies(text);
  } catch {
    const message = "must be a number of hops, or addresses and networks such as 10.0.0.0/8, comma-separated";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  }
});

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** HS256 is as strong as its secret (RFC 7518, 3.2). */
const jwtSecretBytesMin = 32;
/** What Supabase writes into the tokens of people who have signed in. */
const jwtAudienceDefault = "authenticated";

const bytesMaxOf = (batch: boolean) =>
  Math.max(...operations.filter((operation) => operation.batch === batch).map((one) => one.bodyBytesMax));
const singleBytesMax = bytesMaxOf(false);
const batchBytesMax = bytesMaxOf(true);

/** What bodies and unread responses may hold where nothing is said. */
export const transferBytesMaxDefault = 67_108_864;

/** What every process reads. */
export const common = {
  LOG_LEVEL: oneOf(...logLevels)
    .default("info")
    .describe(`how much is logged: ${logLevels.map((level) => `\`${level}\``).join(", ")}`),
  METRICS_PORT: wholeNumber(0, 65_535)
    .optional()
    .describe("where Prometheus' `/metrics` is served; unset: nowhere"),
  METRICS_HOST: z.string().max(255).default("127.0.0.1").describe("the address that metrics are served at"),
  SLOW_QUERY_MS: wholeNumber(0, 3_600_000)
    .default(1_000)
    .describe("a statement that takes at least this long is logged, without its values; 0: none is"),
};

/** What the server reads besides. */
export const server = {
  PORT: wholeNumber(0, 65_535).default(8080).describe("where to listen"),
  HOST: z
    .string()
    .max(255)
    .optional()
    .describe("the address to listen at; unset: every one, or loopback with the embedded database"),
  DATABASE_URL: databaseUrl
    .optional()
    .describe("what the server uses, PostgreSQL 15 or later; unset: the embedded one, for development"),
  DATABASE_WORKER_URL: databaseUrl
    .optional()
    .describe("what the worker uses where it is a process of its own"),
  DATABASE_POOL_MAX: wholeNumber(1, 1_000).default(10).describe("connections of one server to the database"),
  STATEMENT_TIMEOUT_MS: wholeNumber(15_000, 600_000)
    .default(30_000)
    .describe(
      "how long one statement may take; above the ten seconds that a repeated request waits for its first",
    ),
  LOCK_TIMEOUT_MS: wholeNumber(100, 600_000)
    .default(10_000)
    .describe("how long a request waits for locks, all of its attempts together"),
  DRAIN_TIMEOUT_MS: wholeNumber(0, 600_000)
    .default(25_000)
    .describe("how long requests in flight may take once the server was asked to stop"),
  CONNECTIONS_MAX: wholeNumber(1, 1_000_000)
    .default(10_000)
    .describe("clients' connections to one server at once; those beyond are closed"),
  BODY_BYTES_MAX: wholeNumber(1_024, singleBytesMax)
    .default(singleBytesMax)
    .describe("bytes of one body; the API promises the default, so lower it for callers that you know"),
  BATCH_BODY_BYTES_MAX: wholeNumber(1_024, batchBytesMax)
    .default(batchBytesMax)
    .describe("bytes of one batch, inflated; as above"),
  TRANSFER_BYTES_MAX: wholeNumber(batchBytesMax, 999_999_999)
    .optional()
    .describe(
      `bytes of request bodies, inflated, and of unread responses that one server holds at once; unset: \`${transferBytesMaxDefault}\``,
    ),
  BATCH_BODIES_BYTES_MAX: wholeNumber(batchBytesMax, 999_999_999)
    .optional()
    .describe("the former name of `TRANSFER_BYTES_MAX`, which wins where both are set"),
  ONEHAZEL_DATA_DIR: z
    .string()
    .default(".onehazel")
    .describe("where the embedded database and the demo credentials lie"),
  REDIS_URL: z
    .string()
    .refine((text) => /^rediss?:\/\//.test(text) && URL.canParse(text), {
      error: "must be a URL such as redis://host:6379",
    })
    .optional()
    .describe("where servers count calls together; unset: each counts for itself"),
  AUTH_FAILURES_PER_MINUTE: wholeNumber(0, 1_000_000)
    .default(60)
    .describe("failed authentications a minute and client address; 0: not limited"),
  TRUSTED_PROXIES: trustedProxies
    .default(() => trustNobody)
    .describe(
      "whose `X-Forwarded-For` is believed: a number of hops, or addresses and networks; unset: nobody's",
    ),
  JWT_SECRET: z
    .string()
    .refine((text) => Buffer.byteLength(text) >= jwtSecretBytesMin, {
      error: `must be ${jwtSecretBytesMin} bytes or more`,
    })
    .transform((text) => createSecretKey(text, "utf8"))
    .optional()
    .describe(`verifies HS256 tokens of dashboard sessions: ${jwtSecretBytesMin} bytes or more`),
  JWKS_URL: z
    .string()
    .refine(isFetchedSafely, {
      error: "must be an https URL without a user; http is for this machine only",
    })
    .optional()
    .describe("where the public keys are that verify ES256 and RS256 tokens; https"),
  JWT_ISSUER: z
    .string()
    .max(1_000)
    .optional()
    .describe("what the tokens carry as `iss`; required with either of the two above"),
  JWT_AUDIENCE: z.string().max(1_000).default(jwtAudienceDefault).describe("what the tokens carry as `aud`"),
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(",").map((origin) => origin.trim()))
    .refine((list) => list.every(isOrigin), {
      error: "must be origins such as https://console.example.com, comma-separated",
    })
    .default([])
    .describe("origins of web pages that may call the API, comma-separated; unset: none"),
  CHECK_REPLIES: oneOf("true", "false")
    .optional()
    .describe(
      "`true` holds every reply against the spec; unset: on with the embedded database, off otherwise",
    ),
};

/** What the command line reads. The server knows all of these too, so that one environment does for both. */
export const commandLine = {
  DATABASE_URL: server.DATABASE_URL,
  DATABASE_OWNER_URL: databaseUrl
    .optional()
    .describe("the schema's owner, which migrates; unset: `DATABASE_URL` must own it"),
  ONEHAZEL_DATA_DIR: server.ONEHAZEL_DATA_DIR,
};

/** What the worker reads besides, where it is a process of its own. */
export const worker = {
  DATABASE_WORKER_URL: server.DATABASE_WORKER_URL,
  WORKER_CONCURRENCY: wholeNumber(1, 64).default(4).describe("jobs of one worker at once"),
};

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .meta({ bounds: [min, max] })
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);
}

function oneOf<const T extends string>(...values: readonly T[]) {
  return z.enum(values, { error: `must be one of ${values.join(", ")}` });
}

/** Whoever can change what is fetched from there can sign in as anybody. */
function isFetchedSafely(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return username === "" && password === "" && (protocol === "https:" || (protocol === "http:" && local));
}

/** As a browser sends one: scheme, host, port, and nothing after. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
