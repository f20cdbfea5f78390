import { randomFillSync } from "node:crypto";

/**
 * Hands out random bytes from a block that is filled at once: asking the generator costs about 2 µs
 * however few bytes are wanted. Each byte is given out once, so a pooled byte is as good as a fresh one.
 * The slices are views: use or copy one before the block is filled again.
 */
export class RandomPool {
  readonly #block: Buffer;
  readonly #sliceBytes: number;
  #offset: number;

  constructor(sliceBytes: number, sliceCount: number) {
    // Memory of its own, not a part of Node's shared pool, which other buffers overlook.
    this.#block = Buffer.alloc(sliceBytes * sliceCount);
    this.#sliceBytes = sliceBytes;
    this.#offset = this.#block.byteLength;
  }

  /** Copies the next slice to `target` at `offset`, and forgets it. */
  take(target: Uint8Array, offset: number): void {
    const slice = this.next();
    target.set(slice, offset);
    slice.fill(0);
  }

  next(): Buffer {
    if (this.#offset === this.#block.byteLength) {
      randomFillSync(this.#block);
      this.#offset = 0;
    }
    const start = this.#offset;
    this.#offset += this.#sliceBytes;
    return this.#block.subarray(start, this.#offset);
  }
}
