import { createHash } from "node:crypto";
import { configure } from "safe-stable-stringify";
import type { Turns } from "../turns.js";

const stringify = configure({ bigint: false, strict: false, maximumDepth: 70 });

/** One text for one value, whatever the order of its keys; empty for undefined. */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? "";
}

/** Like `canonicalJson`, for large values: works in turns. */
export async function canonicalInTurns(value: unknown, turns: Turns): Promise<string> {
  const parts: string[] = [];
  await append(value, 1, parts, turns);
  return parts.join("");
}

/** Values that nest deeper are never stored. */
const depthMax = 64;
/** The number of values that are processed at once, in well under a millisecond. */
const pieceValues = 1_000;

async function append(value: unknown, depth: number, parts: string[], turns: Turns): Promise<void> {
  if (turns.isOver()) await turns.next();
  const isPiece = depth > depthMax || countUpTo(value, pieceValues) < pieceValues;
  if (isPiece || typeof value !== "object" || value === null) {
    parts.push(canonicalJson(value));
    return;
  }
  const isArray = Array.isArray(value);
  const names = isArray ? value.keys() : Object.keys(value).sort();
  let separator = isArray ? "[" : "{";
  for (const name of names) {
    parts.push(isArray ? separator : `${separator}${JSON.stringify(name)}:`);
    separator = ",";
    await append((value as Record<string | number, unknown>)[name], depth + 1, parts, turns);
  }
  parts.push(isArray ? "]" : "}");
}

/** Counts the values in a value, including itself, up to the limit. */
function countUpTo(value: unknown, limit: number): number {
  if (typeof value !== "object" || value === null || limit <= 1) return 1;
  let values = 1;
  for (const name in value) {
    values += countUpTo((value as Record<string, unknown>)[name], limit - values);
    if (values >= limit) return limit;
  }
  return values;
}

/** SHA-256 over the canonical text of an array, of which no more than one item exists at a time; others have their turns. */
export async function canonicalDigest(items: readonly unknown[], turns: Turns): Promise<Buffer> {
  const hash = createHash("sha256");
  let separator = "[";
  for (const item of items) {
    if (turns.isOver()) await turns.next();
    const value = plain(item);
    const isLarge = countUpTo(value, pieceValues) >= pieceValues;
    hash.update(separator + (isLarge ? await canonicalInTurns(value, turns) : canonicalJson(value)));
    separator = ",";
  }
  return hash.update("]").digest();
}

/** An item that is not plain JSON supplies its own replacement. */
function plain(item: unknown): unknown {
  const { toJSON } = Object(item) as { toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(item) : item;
}
