import { createHash } from "node:crypto";
import { configure } from "safe-stable-stringify";
import { Turns } from "../turns.js";

const stringify = configure({ bigint: false, strict: false, maximumDepth: 70 });

/** One text for one value, whatever the order of its keys; empty for undefined. */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? "";
}

/** SHA-256 over the canonical text of an array, of which no more than one item exists at a time; others have their turns. */
export async function canonicalDigest(items: readonly unknown[]): Promise<Buffer> {
  const hash = createHash("sha256");
  const turns = new Turns();
  let separator = "[";
  for (const item of items) {
    if (turns.isOver()) await turns.next();
    hash.update(separator + canonicalJson(item));
    separator = ",";
  }
  return hash.update("]").digest();
}
