import { randomUUID } from "node:crypto";
import type { Fault } from "./errors.js";

/** Containers within containers, the body itself counted. */
export const depthMax = 64;
/** Code points. */
export const keyCharactersMax = 255;
/** A body can hold hundreds of thousands of faults; nobody reads more than this. */
export const faultsMax = 100;

/** The message of the fault after which no other check may descend into the value. */
export const tooDeep = `must not nest deeper than ${depthMax} levels`;
const noRounding = "would be rounded; send it as a string";
const notFinite = "must be a finite number; send it as a string";

/**
 * What JSON allows and we cannot keep value for value: too deep, keys too long, numbers that a double rounds, U+0000 and
 * lone surrogates. Faults carry dotted paths.
 */
export function faultsOfValue(value: unknown, text: string): Fault[] {
  // Raw U+0000 is no JSON and lone surrogates are no UTF-8, so only an escape can smuggle one in.
  const walk: Walk = { faults: [], strings: text.includes("\\u"), marker: "", tokens: [] };
  const rounds = mayRound(text);
  // Nearly every body is sound, and a big one must be known to be in no time: places are only kept when there is a fault.
  if (!rounds && isSound(value, 1, walk.strings)) return isExpanding(text) ? [tooManyDigits] : [];
  if (!rounds) {
    visit(value, "", 1, walk);
    return walk.faults;
  }
  // Made after the body came, so that no string in it can have been written to look like one.
  const marker = `${randomUUID()}#`;
  const { marked, tokens } = markRounded(text, marker);
  if (tokens.length === 0) visit(value, "", 1, walk);
  else visit(JSON.parse(marked), "", 1, { ...walk, marker, tokens });
  // Of fields with one name only the last is there to be visited, and not every number was marked.
  if (tokens.length > 0 && walk.faults.length === 0)
    note(walk, "body", "holds numbers that would be rounded; send them as strings");
  return walk.faults;
}

/** Of digits that exponents stand for: PostgreSQL writes numbers in full, so that 1 MiB of `1e308` becomes 54 MiB at every read. */
export const digitsImpliedMax = 8_388_608;
export const tooManyDigits: Fault = {
  field: "body",
  message: `holds numbers that written in full have more than ${digitsImpliedMax} digits; send them as strings`,
};
const exponent = /\d[eE][+-]?(\d{1,3})/g;

function isExpanding(text: string): boolean {
  return mayImplyTooManyDigits(text.length) && digitsImplied(text) > digitsImpliedMax;
}

/** False for texts that are too short to exceed the limit even with the largest exponents. */
export function mayImplyTooManyDigits(textLength: number): boolean {
  return textLength * 80 > digitsImpliedMax;
}

/** At most: what stands in a string is counted too. */
export function digitsImplied(text: string): number {
  let digits = 0;
  exponent.lastIndex = 0;
  for (let found = exponent.exec(text); found !== null; found = exponent.exec(text)) {
    digits += Number(found[1]);
    if (digits > digitsImpliedMax) break;
  }
  return digits;
}

/** Whether `visit` would find nothing, numbers left aside. */
function isSound(value: unknown, depth: number, strings: boolean): boolean {
  if (typeof value === "string") return !strings || (!value.includes("\0") && value.isWellFormed());
  if (typeof value !== "object" || value === null) return true;
  if (depth > depthMax) return false;
  if (Array.isArray(value)) return value.every((element) => isSound(element, depth + 1, strings));
  for (const key of Object.keys(value)) {
    if (key.length > keyCharactersMax || !isSound(key, depth, strings)) return false;
    if (!isSound((value as Record<string, unknown>)[key], depth + 1, strings)) return false;
  }
  return true;
}

interface Walk {
  readonly faults: Fault[];
  readonly strings: boolean;
  /** What a string begins with that stands for the number `tokens` has at the place it names. */
  readonly marker: string;
  readonly tokens: readonly string[];
}

function visit(value: unknown, path: string, depth: number, walk: Walk): void {
  if (typeof value === "string") {
    const token = walk.tokens.length === 0 ? undefined : markedToken(value, walk);
    if (token !== undefined) {
      const message = Number.isFinite(Number(token)) ? noRounding : notFinite;
      note(walk, path || "body", message);
    } else if (walk.strings) {
      faultOfString(value, path, walk);
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (depth > depthMax) {
    note(walk, path, tooDeep);
    return;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && walk.faults.length < faultsMax; index += 1)
      visit(value[index], `${path}[${index}]`, depth + 1, walk);
    return;
  }
  for (const key of Object.keys(value)) {
    if (walk.faults.length >= faultsMax) return;
    if (key.length > keyCharactersMax && [...key].length > keyCharactersMax) {
      note(walk, path || "body", `must not have keys over ${keyCharactersMax} characters`);
      continue;
    }
    const field = path === "" ? key : `${path}.${key}`;
    if (walk.strings) faultOfString(key, path, walk);
    visit((value as Record<string, unknown>)[key], field, depth + 1, walk);
  }
}

/** U+0000 and lone surrogates, which PostgreSQL cannot store. */
export function faultsOfText(text: string, field: string): Fault[] {
  const walk: Walk = { faults: [], strings: true, marker: "", tokens: [] };
  faultOfString(text, field, walk);
  return walk.faults;
}

function faultOfString(text: string, path: string, walk: Walk): void {
  const field = path || "body";
  if (text.includes("\0")) note(walk, field, "must not contain U+0000");
  if (!text.isWellFormed()) note(walk, field, "must not contain lone surrogates");
}

function note(walk: Walk, field: string, message: string): void {
  if (walk.faults.length < faultsMax) walk.faults.push({ field, message });
}

/** Cheap and too suspicious: long runs of digits, and exponents of three digits and more. */
const suspicious = /[\d.]{16}|\d[eE][+-]?\d{3}/g;
const numberCharacters = new Set([..."0123456789.eE+-"].map((character) => character.charCodeAt(0)));
const wholeNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** False is certain. True may be about digits in a string that has a comma or a colon before them. */
function mayRound(text: string): boolean {
  suspicious.lastIndex = 0;
  while (suspicious.test(text)) {
    let end = suspicious.lastIndex;
    let start = end - 1;
    while (numberCharacters.has(text.charCodeAt(end))) end += 1;
    while (numberCharacters.has(text.charCodeAt(start - 1))) start -= 1;
    suspicious.lastIndex = end;
    if (!/[[:,\s]/.test(text.charAt(start - 1) || " ") || !/[\]},\s]/.test(text.charAt(end) || " ")) continue;
    const literal = text.slice(start, end);
    if (wholeNumber.test(literal) && !survives(literal)) return true;
  }
  return false;
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Marks as many as are told of: a body may hold millions, and each costs more than the body. */
function markRounded(text: string, marker: string): { marked: string; tokens: string[] } {
  const tokens: string[] = [];
  const parts: string[] = [];
  for (let position = 0; position < text.length; ) {
    if (tokens.length >= faultsMax) {
      parts.push(text.slice(position));
      break;
    }
    const opening = text.indexOf('"', position);
    const plainEnd = opening < 0 ? text.length : opening;
    parts.push(
      text.slice(position, plainEnd).replace(number, (token) => {
        if (tokens.length >= faultsMax || survives(token)) return token;
        tokens.push(token);
        return `"${marker}${tokens.length - 1}"`;
      }),
    );
    position = opening < 0 ? text.length : endOfString(text, opening);
    if (opening >= 0) parts.push(text.slice(opening, position));
  }
  return { marked: parts.join(""), tokens };
}

function endOfString(text: string, opening: number): number {
  for (let closing = text.indexOf('"', opening + 1); ; closing = text.indexOf('"', closing + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(closing - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return closing + 1;
  }
}

function markedToken(value: string, { marker, tokens }: Walk): string | undefined {
  return value.startsWith(marker) ? tokens[Number(value.slice(marker.length))] : undefined;
}

/**
 * Whether a literal means the same after it was a double (IEEE 754, as RFC 8259 section 6 expects): an integer within
 * ±(2⁵³−1), anything else when the double, written as programs write it or with as many digits, is the literal again.
 */
function survives(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  if (!/[.eE]/.test(literal)) return Number.isSafeInteger(value);
  // So few digits every double has room for, but the smallest ones; asked first, since a body may hold millions.
  if (Math.abs(value) > 1e-300 && digitsAtMost(literal) <= 15) return true;
  const written = String(value);
  if (written === literal) return true;
  const digits = significantDigits(literal);
  if (digits.length === 0) return true;
  if (value === 0 || digits.length > 100) return false;
  // The shortest form need not be the nearest one of its length: 1352363401374948.25 is written as ….2.
  if (significantDigits(written) === digits) return true;
  return significantDigits(value.toPrecision(digits.length)) === digits;
}

/** How many digits come before the exponent, its sign and point among them. */
function digitsAtMost(literal: string): number {
  const exponent = literal.search(/[eE]/);
  return exponent < 0 ? literal.length : exponent;
}

function significantDigits(literal: string): string {
  const digits = literal.replace(/[eE].*$/, "").replace(/[-.]/g, "");
  // Not /0+$/: over a long run of zeros that is no end, it takes time in the square of the run.
  let start = 0;
  let end = digits.length;
  while (digits[start] === "0") start += 1;
  while (end > start && digits[end - 1] === "0") end -= 1;
  return digits.slice(start, end);
}
