import type { Readable } from "node:stream";
import { Failure, misuse } from "../failures.js";

/** What is read from a file or standard input, as text. `bytesRead` is how far it has got. */
export interface TextSource {
  readonly text: AsyncIterable<string>;
  bytesRead(): number;
}

/**
 * UTF-8, with a byte order mark or without.
 *
 * @throws Failure for UTF-16, which Excel calls "Unicode Text", and for bytes that are no UTF-8: in any other encoding
 * names would be stored as something that they are not.
 */
export function textOf(stream: Readable): TextSource {
  let bytes = 0;
  async function* decode(): AsyncGenerator<string, void, undefined> {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const decoded = (chunk?: Buffer) => {
      try {
        return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
      } catch {
        throw new Failure(
          `The input is not UTF-8 (before byte ${bytes}): save it as UTF-8 and run the command again`,
          2,
          "NOT_UTF8",
        );
      }
    };
    let head: Buffer | undefined = Buffer.alloc(0);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (head === undefined) {
        yield decoded(chunk);
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < 4) continue;
      refuseUtf16(head);
      yield decoded(head);
      head = undefined;
    }
    if (head !== undefined) {
      refuseUtf16(head);
      yield decoded(head);
    }
    yield decoded();
  }
  return { text: decode(), bytesRead: () => bytes };
}

/** By its mark, or by the zero that every second byte of plain letters is. */
function refuseUtf16(head: Buffer): void {
  const [first, second] = head;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isMarked || head.subarray(0, 4).includes(0)) {
    throw misuse('The input is UTF-16, not UTF-8: save it as UTF-8, in Excel as "CSV UTF-8"');
  }
}
