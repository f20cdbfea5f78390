import type { Context } from "./context.js";
import type { OperatorCredential } from "./credential.js";
import { unavailable } from "./errors.js";

/** How often work is begun anew because what it relies on changes under it. */
export const attemptsMax = 10;

/**
 * Runs a read that holds the credential against the database, and again with the credential as it is now when it has changed.
 * Throws 401 if it has stopped working.
 */
export async function whileCurrent<Found>(
  context: Context<OperatorCredential>,
  read: (credential: OperatorCredential) => Promise<Found | "stale">,
): Promise<Found> {
  let { credential } = context;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const found = await read(credential);
    if (found !== "stale") return found;
    credential = await context.resolveAgain();
  }
  throw unavailable(new Error("the credential kept changing"));
}
