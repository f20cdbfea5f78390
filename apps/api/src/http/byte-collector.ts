/** Chunks below this are copied together: each is an object of some 200 bytes, however few bytes it holds. */
const smallBytes = 4_096;
const roomBytes = 16_384;

/** Collects chunks in about as much memory as they have bytes, however small they are. */
export class ByteCollector {
  #chunks: Buffer[] = [];
  /** Small chunks, one after another; the last of the chunks. */
  #room: Buffer | undefined;
  #used = 0;

  add(chunk: Buffer): void {
    // A body in one piece, which most are, is never copied.
    if (chunk.length >= smallBytes || this.#chunks.length === 0) {
      this.#closeRoom();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#room === undefined || this.#used + chunk.length > roomBytes) {
      this.#closeRoom();
      this.#room = Buffer.allocUnsafeSlow(roomBytes);
    }
    this.#used += chunk.copy(this.#room, this.#used);
  }

  clear(): void {
    this.#chunks = [];
    this.#room = undefined;
    this.#used = 0;
  }

  toBuffer(): Buffer {
    this.#closeRoom();
    return this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
  }

  #closeRoom(): void {
    if (this.#room !== undefined) this.#chunks.push(this.#room.subarray(0, this.#used));
    this.#room = undefined;
    this.#used = 0;
  }
}
