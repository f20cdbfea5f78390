import { rateLimits } from "@onehazel/spec";
import { parseList } from "structured-headers";
import { expect } from "vitest";
import type { Answer } from "./call.js";

/** What an answer's headers say about its window. */
export interface Standing {
  readonly category: string;
  readonly limit: number;
  readonly left: number;
  readonly resetSeconds: number;
}

/** Reads the headers as a stranger's parser of structured fields does; undefined where there are none. */
export function standingOf({ headers }: Answer): Standing | undefined {
  const policy = headers.get("ratelimit-policy");
  const now = headers.get("ratelimit");
  if (policy === null && now === null) return undefined;
  const [category, { q, w }] = onlyItem(policy);
  const [again, { r, t }] = onlyItem(now);
  expect(again).toBe(category);
  for (const number of [q, w, r, t]) expect(number).toSatisfy(Number.isInteger);
  expect(w).toBe(rateLimits.windowSeconds);
  expect(t).toBeGreaterThanOrEqual(1);
  expect(t).toBeLessThanOrEqual(rateLimits.windowSeconds);
  return { category, limit: q as number, left: r as number, resetSeconds: t as number };
}

function onlyItem(text: string | null): [string, Record<string, unknown>] {
  const list = parseList(text ?? "");
  expect(list).toHaveLength(1);
  const [name, parameters] = list[0] as [string, Map<string, unknown>];
  // A token would be an object of the parser's own.
  expect(typeof name).toBe("string");
  return [name, Object.fromEntries(parameters)];
}
