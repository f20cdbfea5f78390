import { setTimeout as sleep } from "node:timers/promises";

/**
 * Makes something that expires by itself, and uses it while it is valid. On a busy machine the first use may come too late: then `attempt`
 * is called again with twice the lifetime. Resolves, after the expiry, with what `attempt` gave; throws if it never came in time.
 */
export async function expireByItself<T>(attempt: (lifetimeMs: number) => Promise<T | undefined>): Promise<T> {
  for (let lifetimeMs = 1_000; lifetimeMs <= 64_000; lifetimeMs *= 2) {
    const made = await attempt(lifetimeMs);
    if (made === undefined) continue;
    await sleep(lifetimeMs);
    return made;
  }
  throw new Error("nothing was used before it expired");
}
