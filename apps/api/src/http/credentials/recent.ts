import { LRUCache } from "lru-cache";
import type { OperatorCredential } from "../credential.js";

const credentialsMax = 10_000;
/** Not for what may go stale, which the proof sees to, but so that what nobody uses is soon forgotten. */
const keptMs = 10_000;

interface Recent {
  readonly credential: OperatorCredential;
  readonly resolvedAtMs: number;
}

/**
 * What operators' keys were resolved to a moment ago, by the key's hash. Whoever relies on one hands its proof to the database,
 * with the statement that relies on it.
 */
export class RecentCredentials {
  readonly #recent = new LRUCache<string, Recent>({ max: credentialsMax, ttl: keptMs });

  keep(keyHash: string, credential: OperatorCredential): void {
    this.#recent.set(keyHash, { credential, resolvedAtMs: performance.now() });
  }

  forget(keyHash: string): void {
    this.#recent.delete(keyHash);
  }

  /** As it was resolved, but for the database's clock, which has gone on since. */
  recall(keyHash: string): OperatorCredential | undefined {
    const recent = this.#recent.get(keyHash);
    if (recent === undefined) return undefined;
    const sinceMs = performance.now() - recent.resolvedAtMs;
    return { ...recent.credential, asOf: new Date(recent.credential.asOf.getTime() + sinceMs) };
  }
}
