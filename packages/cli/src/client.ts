import { OneHazel } from "@onehazel/sdk";
import { type Credentials, credentials } from "./credentials/credentials.js";
import { exitCode } from "./exit-codes.js";
import { Failure } from "./failures.js";

/** Long enough for a rate limit's window to pass several times and for a server to be restarted. */
const patience = { deadlineMs: 15 * 60_000, retries: 20 };

/** Somebody waits at a terminal. */
const briskness = { deadlineMs: 60_000, retries: 2 };

export interface Connected extends Credentials {
  readonly client: OneHazel;
}

/** A client with the credentials of the environment or the login. Bulk work waits for limits and restarts to pass. */
export async function connect({ isBulk = false }: { readonly isBulk?: boolean } = {}): Promise<Connected> {
  const found = await credentials();
  return { ...found, client: clientFor(found, isBulk) };
}

/** @throws Failure for a platform's key, before it is sent anywhere: no command has a use for it. */
export function clientFor(
  { apiKey, baseUrl }: Pick<Credentials, "apiKey" | "baseUrl">,
  isBulk = false,
): OneHazel {
  if (apiKey.startsWith("oh_platform_")) {
    throw new Failure(
      "This is a platform's key (oh_platform_…). The command line works as one operator: take a key of the operator's " +
        "(oh_live_…), which its platform makes for it",
      exitCode.refused,
      "PLATFORM_KEY",
    );
  }
  return new OneHazel({ apiKey, baseUrl, ...(isBulk ? patience : briskness) });
}
