import type { HeadersLike } from "./retry-after.js";

/** Where you stand in the category that a call was counted in. */
export interface RateLimit {
  /** The category, for example `realtime`. */
  readonly category: string;
  /** Calls allowed in a window; `undefined` when the reply does not say. */
  readonly limit: number | undefined;
  /** Length of the window, in milliseconds; `undefined` when the reply does not say. */
  readonly windowMs: number | undefined;
  /** Calls left in this window. */
  readonly remaining: number;
  /** Until the window ends, in milliseconds; `undefined` when the reply does not say. */
  readonly resetAfterMs: number | undefined;
}

/**
 * Reads `RateLimit` and `RateLimit-Policy` (the IETF draft's structured fields); `undefined` when they are absent.
 * Of several limits the one with the fewest calls left is told.
 *
 * @example
 * const { response } = await client.settings.get().withResponse();
 * const left = rateLimitFrom(response.headers)?.remaining;
 */
export function rateLimitFrom(headers: HeadersLike): RateLimit | undefined {
  const policies = parseList(headers.get("ratelimit-policy"));
  const limits = parseList(headers.get("ratelimit")).flatMap(({ name, parameters }) => {
    const { r: remaining, t: resetSeconds } = parameters;
    if (remaining === undefined) return [];
    const policy = policies.find((candidate) => candidate.name === name)?.parameters;
    return [
      {
        category: name,
        limit: policy?.q,
        windowMs: inMilliseconds(policy?.w),
        remaining,
        resetAfterMs: inMilliseconds(resetSeconds),
      },
    ];
  });
  return limits.sort((a, b) => a.remaining - b.remaining)[0];
}

interface Item {
  readonly name: string;
  readonly parameters: Record<string, number>;
}

function parseList(value: string | null | undefined): Item[] {
  const items: Item[] = [];
  const parts = (value ?? "").matchAll(/"([^"\\]*)"|;\s*([a-z*][a-z0-9_.*-]*)=(\d+)/g);
  for (const [, name, parameter, number] of parts) {
    const item = items.at(-1);
    if (name !== undefined) items.push({ name, parameters: {} });
    else if (item) item.parameters[parameter as string] = Number(number);
  }
  return items;
}

function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
