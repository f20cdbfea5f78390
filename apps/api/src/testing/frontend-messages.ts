/** One message from a client of PostgreSQL; those of connecting have no type. */
export interface FrontendMessage {
  readonly type: string | undefined;
  readonly bytes: Buffer;
}

const lengthBytes = 4;

/** The name of the prepared statement that a Bind message is for; empty for one that has none. */
export function boundStatement({ bytes }: FrontendMessage): string {
  const portalStart = 1 + lengthBytes;
  const nameStart = bytes.indexOf(0, portalStart) + 1;
  return bytes.toString("utf8", nameStart, bytes.indexOf(0, nameStart));
}

/** Splits what a client sends to PostgreSQL into messages: the first has only a length, every other a type before it. */
export class FrontendMessages {
  #rest = Buffer.alloc(0);
  #started = false;

  *read(chunk: Buffer): Generator<FrontendMessage> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const typeBytes = this.#started ? 1 : 0;
      if (this.#rest.length < typeBytes + lengthBytes) return;
      const end = typeBytes + this.#rest.readUInt32BE(typeBytes);
      if (this.#rest.length < end) return;
      const bytes = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      const type = this.#started ? bytes.toString("latin1", 0, 1) : undefined;
      this.#started = true;
      yield { type: type === "p" ? undefined : type, bytes };
    }
  }
}
