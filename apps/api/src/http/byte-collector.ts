/** Chunks below this are copied into one: a chunk object takes some 200 bytes, even if it holds only one byte. */
const smallBytes = 4_096;
const roomBytes = 16_384;

/** Collects chunks with little memory overhead, however small they are. */
export class ByteCollector {
  #chunks: Buffer[] = [];
  /** Small chunks, one after another; the last of the chunks. */
  #room: Buffer | undefined;
  #used = 0;

  add(chunk: Buffer): void {
    // Most bodies arrive in one chunk; that chunk is never copied.
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
