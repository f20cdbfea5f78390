import type { Settled } from "./api-promise.js";
import { type Failed, within } from "./attempt.js";
import { DecodeError } from "./errors.js";
import { transportError } from "./exchange.js";
import type { Operation } from "./operations.js";
import { requestIdOf } from "./retry-after.js";

/**
 * The lines of an NDJSON answer, parsed as they arrive; holds one chunk and one line. Its last
 * line has the type `end` and is kept back: without it, the transfer broke off, however cleanly.
 *
 * @throws ConnectionError, TimeoutError for a wait beyond `timeoutMs`, AbortError, DecodeError for what is no NDJSON.
 */
export async function* linesOf<Line extends { readonly type: string }>(
  operation: Operation,
  { response: { status, headers, body }, attempts }: Settled<unknown>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Line, void, undefined> {
  const context = { attempts, requestId: requestIdOf(headers) };
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  const isNdjson = headers.get("content-type")?.startsWith("application/x-ndjson");
  // Without the parser's own error as cause: its message quotes the line.
  const parse = (line: string): Line => {
    try {
      if (isNdjson) return JSON.parse(line);
    } catch {}
    throw new DecodeError(status, "", context);
  };
  let rest = "";
  let isWhole: boolean | undefined;
  try {
    if (!isNdjson) parse("");
    for (;;) {
      const read = await within(timeoutMs, signal, async () => reader?.read());
      if ("value" in read && read.value?.done === false) {
        const lines = (rest + decoder.decode(read.value.value, { stream: true })).split("\n");
        rest = lines.pop() as string;
        for (const text of lines) {
          const line = parse(text);
          isWhole = line?.type === "end";
          if (!isWhole) yield line;
        }
      } else {
        if (isWhole && "value" in read) return;
        const failed: Failed = { failure: "connection", cause: undefined, ...read };
        throw transportError(operation, failed, { bound: "attempt", timeoutMs }, context);
      }
    }
  } finally {
    // Whoever stops early needs no more; a stream that has failed says so again.
    reader?.cancel().catch(() => undefined);
  }
}
