import { type Environment, environment } from "../environment.js";
import { exitCode } from "../exit-codes.js";
import { Failure, misuse } from "../failures.js";
import { readLogin } from "./store.js";

/** Which key goes to which host, and where both were found. */
export interface Credentials {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly from: "environment" | "login";
}

/**
 * From the environment or from the login, never half and half: a key must not reach a host that it was not meant for.
 *
 * @throws Failure without credentials.
 */
export async function credentials(env: Environment = environment()): Promise<Credentials> {
  if (env.apiKey !== undefined) {
    if (env.baseUrl === undefined) throw misuse("ONEHAZEL_API_KEY is set: set ONEHAZEL_BASE_URL too");
    return { apiKey: env.apiKey, baseUrl: env.baseUrl, from: "environment" };
  }
  const login = await readLogin(env.configDir);
  if (login === undefined) {
    throw new Failure(
      "No API key: run `onehazel login`, or set ONEHAZEL_API_KEY and ONEHAZEL_BASE_URL",
      exitCode.refused,
      "NOT_LOGGED_IN",
    );
  }
  if (env.baseUrl !== undefined && sameHost(env.baseUrl) !== sameHost(login.baseUrl)) {
    throw misuse(
      `The stored key is for ${login.baseUrl}, ONEHAZEL_BASE_URL is another: log in there, or unset it`,
    );
  }
  return { ...login, from: "login" };
}

function sameHost(url: string): string {
  return url.replace(/\/+$/, "");
}
