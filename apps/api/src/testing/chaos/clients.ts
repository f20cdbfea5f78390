import { OneHazel, OneHazelPlatform } from "@onehazel/sdk";
import type { Chance } from "./chance.js";

/** Replies by status, and `lost` for those that never came. */
export type Answers = Map<number | "lost", number>;

/** Patience without end: an outage is over in seconds, so a call that fails all the same is a fault. */
const patience = { retries: 1_000, deadlineMs: 600_000, timeoutMs: 30_000 };

export interface ClientOptions {
  /** Takes the Idempotency-Key away on its path, so that one can see what it is good for. */
  readonly keyless?: boolean;
}

/**
 * The SDK, its requests spread over the servers as a load balancer without health checks would: each attempt goes to either, and
 * the other one is liked better after a failure.
 */
export function openClients(
  baseUrls: readonly string[],
  keys: { readonly operator: string; readonly platform: string },
  chance: Chance,
  answers: Answers,
  { keyless = false }: ClientOptions = {},
): { client: OneHazel; platform: OneHazelPlatform } {
  let liked = chance.below(baseUrls.length);
  const count = (what: number | "lost") => answers.set(what, (answers.get(what) ?? 0) + 1);
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const server = chance.next() < 0.2 ? chance.below(baseUrls.length) : liked;
    const { pathname, search } = new URL(url);
    const headers = new Headers(init.headers);
    if (keyless) headers.delete("idempotency-key");
    try {
      const response = await globalThis.fetch(`${baseUrls[server]}${pathname}${search}`, {
        ...init,
        headers,
      });
      count(response.status);
      return response;
    } catch (error) {
      count("lost");
      liked = (server + 1) % baseUrls.length;
      throw error;
    }
  };
  const options = { baseUrl: baseUrls[0] as string, fetch, ...patience };
  return {
    client: new OneHazel({ ...options, apiKey: keys.operator }),
    platform: new OneHazelPlatform({ ...options, apiKey: keys.platform }),
  };
}
