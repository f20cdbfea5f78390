import { type ClientOptions, type Clock, OneHazel, OneHazelPlatform } from "../index.js";

export const operatorKey = `oh_live_${"0f".repeat(32)}`;
export const platformKey = `oh_platform_${"a1".repeat(32)}`;

/** A clock whose waits take no time and are written down. */
export interface TestClock extends Clock {
  readonly waitsMs: number[];
}

/** @param random What chance gives every time, in [0, 1). */
export function testClock(random = 0.5): TestClock {
  const waitsMs: number[] = [];
  let skippedMs = 0;
  return {
    waitsMs,
    now: () => performance.now() + skippedMs,
    random: () => random,
    sleep: async (delayMs, signal) => {
      signal?.throwIfAborted();
      waitsMs.push(delayMs);
      skippedMs += delayMs;
    },
  };
}

export function operatorClient(baseUrl: string, options: Partial<ClientOptions> = {}): OneHazel {
  return new OneHazel({ apiKey: operatorKey, baseUrl, clock: testClock(), ...options });
}

export function platformClient(baseUrl: string, options: Partial<ClientOptions> = {}): OneHazelPlatform {
  return new OneHazelPlatform({ apiKey: platformKey, baseUrl, clock: testClock(), ...options });
}

export const player = {
  entityType: "player",
  externalId: "player_1",
  data: { email: "ada@example.com", country: "GB", currency: "GBP" },
} as const;

export const upserted = {
  id: "ent_a1b2c3d4e5f67890",
  externalId: "player_1",
  entityType: "player",
  action: "created",
} as const;

/** What a promise was rejected with. */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`It was not rejected, but gave ${JSON.stringify(result)}`);
}
