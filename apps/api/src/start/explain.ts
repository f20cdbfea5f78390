import { isUnavailable } from "@onehazel/db";
import { EmbeddedPostgresError } from "@onehazel/db/embedded";
import { ConfigError } from "../config.js";
import { errorForLog } from "../http/log.js";
import { UnusableMasterKeyError } from "../rotation/announcer.js";
import { Refusal } from "./refusal.js";

/** What ended a program, for the person at the terminal: our own words, or what may be logged of a stranger's error. */
export function explain(error: unknown): string {
  const ours =
    error instanceof Refusal ||
    error instanceof ConfigError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof UnusableMasterKeyError;
  if (ours) return error.message;
  if (isUnavailable(error)) return "The database went away. Try again when it is back.";
  return `Something unforeseen happened: ${JSON.stringify(errorForLog(error))}`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing answers there",
  ENOENT: "nothing answers there",
  ECONNRESET: "the connection was cut",
  ETIMEDOUT: "nothing answers there in time",
  EHOSTUNREACH: "its host can't be reached",
  ENETUNREACH: "its host can't be reached",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name can't be looked up",
  "28000": "the database refuses this login",
  "28P01": "the database refuses this login or its password",
  "3D000": "there is no such database",
  "3F000": "the database has no schema named public",
  "42501": "the database refuses this role",
  "53300": "the database has no connection left",
  "57P03": "the database is starting or stopping; try again in a moment",
};

/** Where `pg` gives no code. */
const codelessReasons: readonly (readonly [RegExp, string])[] = [
  [/timeout/, "nothing answers there in time"],
  [/does not support SSL/, "the database offers no TLS, which the URL asks for"],
  [/password must be a/, "the database asks for a password"],
];

/** Why a connection could not be made. Of what the error says only its code is told: its text may repeat the URL. */
export function connectionFault(setting: string, error: unknown): Refusal {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason =
    code === undefined
      ? (codelessReasons.find(([pattern]) => pattern.test(message))?.[1] ?? "the connection failed")
      : (reasons[code] ?? `the connection failed (${code})`);
  return new Refusal(`${setting}: ${reason}.`, { cause: error });
}
