const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;
const space = 0x20;
const whiteSpace = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Where an item of an array stands in the bytes of a JSON text. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the items of a JSON array, or the members of an object, without parsing them. It follows only strings and brackets, so the text
 * between two commas may be invalid JSON. It stops after a number of bytes, so that a long text can be scanned in turns.
 */
export class ItemScanner {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #closing: number;
  #at: number;
  #start: number;
  #depth = 0;
  #inString = false;
  #justOpened = false;
  #isDone = false;
  /** The values in the text so far, as `holdsMoreValues` counts them. */
  values = 1;

  /** `start` is the place of the opening bracket. */
  constructor(bytes: Uint8Array, start: number, end = bytes.length) {
    this.#bytes = bytes;
    this.#end = end;
    this.#at = start + 1;
    this.#start = start + 1;
    this.#justOpened = true;
    this.#closing = bytes[start] === openBracket ? closeBracket : closeBrace;
  }

  get position(): number {
    return this.#at;
  }

  /**
   * Returns the next item; undefined if it does not end within `bytesMax` more bytes; `"end"` after the last item; `"broken"` if the
   * text is not an array.
   */
  next(bytesMax: number): Slice | "end" | "broken" | undefined {
    if (this.#isDone) return this.#isBlank(this.#at, this.#end) ? "end" : "broken";
    const bytes = this.#bytes;
    const stop = Math.min(this.#end, this.#at + bytesMax);
    let at = this.#at;
    let depth = this.#depth;
    let inString = this.#inString;
    let justOpened = this.#justOpened;
    let values = this.values;
    let found: Slice | undefined;
    for (; at < stop && found === undefined; at += 1) {
      const byte = bytes[at] as number;
      if (inString) {
        // A separate loop for speed: most bytes are inside strings.
        let inner = byte;
        while (inner !== quote && at < stop) {
          at += inner === backslash ? 2 : 1;
          inner = bytes[at] as number;
        }
        if (at < stop) inString = false;
        else at -= 1;
        continue;
      }
      if (byte <= space) continue;
      const closes = byte === closeBracket || byte === closeBrace;
      if (justOpened && !closes) values += 1;
      justOpened = byte === openBracket || byte === openBrace;
      if (byte === quote) inString = true;
      else if (justOpened) depth += 1;
      else if (byte === comma) {
        values += 1;
        if (depth === 0) found = { start: this.#start, end: at };
      } else if (closes) {
        depth -= 1;
        if (depth < 0) found = { start: this.#start, end: at };
      }
    }
    this.#at = at;
    this.#depth = depth;
    this.#inString = inString;
    this.#justOpened = justOpened;
    this.values = values;
    if (found === undefined) return at < this.#end ? undefined : "broken";
    return this.#take(found);
  }

  #take(found: Slice): Slice | "end" | "broken" {
    const isFirst = this.#bytes[this.#start - 1] !== comma;
    this.#start = this.#at;
    if (this.#depth >= 0) return found;
    this.#isDone = true;
    if (this.#bytes[found.end] !== this.#closing) return "broken";
    // `[]` has no items; `[1,]` has a second one that is not JSON.
    return isFirst && this.#isBlank(found.start, found.end) ? (this.next(0) ?? "broken") : found;
  }

  #isBlank(start: number, end: number): boolean {
    for (let at = start; at < end; at += 1) if (!whiteSpace.has(this.#bytes[at] as number)) return false;
    return true;
  }
}
