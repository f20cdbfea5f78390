import type { IncomingMessage } from "node:http";
import { finished, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { BodyIntake } from "./body-intake.js";
import { ByteCollector } from "./byte-collector.js";
import { ApiError } from "./errors.js";

export interface ReadOptions {
  readonly bytesMax: number;
  readonly inflate: boolean;
  /** Reserves the body's memory; undefined for a body that is too small to be reserved. */
  readonly intake: BodyIntake | undefined;
}

/**
 * Reads a body to its end, or until it is too large: then nothing further is read or inflated, so that the error response is sent at
 * once. Throws `PAYLOAD_TOO_LARGE`, `INVALID_JSON` if the body is incomplete, or `SERVICE_UNAVAILABLE` if there is no memory for it.
 */
export async function readBytes(
  request: IncomingMessage,
  { bytesMax, inflate, intake }: ReadOptions,
): Promise<Buffer> {
  if (!inflate) return await readPlain(request, bytesMax, intake);
  const inflated = request.pipe(createGunzip());
  const chunks = new ByteCollector();
  let stop: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      for (const source of [request, inflated]) {
        const isLast = source === inflated;
        let bytes = 0;
        const take = (chunk: Buffer) => {
          bytes += chunk.length;
          // Of a compressed body both sides count: there is gzip that never inflates to anything.
          if (bytes > bytesMax) return reject(tooLarge(bytesMax));
          if (isLast) collect(chunk, { chunks, source, intake, reject });
        };
        source.on("data", take);
        const forget = finished(source, { writable: false }, (error) => {
          if (error != null)
            reject(new ApiError("INVALID_JSON", "The body did not arrive whole", { cause: error }));
          else if (isLast) resolve();
        });
        stop = [...stop, () => source.off("data", take), forget];
      }
    });
  } finally {
    for (const each of stop) each();
    request.unpipe(inflated);
    inflated.on("error", () => undefined).destroy();
    // Whoever answers decides what becomes of the rest.
    if (!request.complete) request.pause();
  }
  return chunks.toBuffer();
}

interface Collecting {
  readonly chunks: ByteCollector;
  readonly source: Readable;
  readonly intake: BodyIntake | undefined;
  readonly reject: (error: unknown) => void;
}

/** Keeps a chunk, and pauses its source until there is memory for more. */
function collect(chunk: Buffer, { chunks, source, intake, reject }: Collecting): void {
  if (intake?.isGivenUp) {
    chunks.clear();
    return;
  }
  chunks.add(chunk);
  const room = intake?.add(chunk.length);
  if (room === undefined) return;
  source.pause();
  room.then(() => source.resume(), reject);
}

/** The same for a body that is sent as it is, which nearly every request is: three listeners, no pipe. */
async function readPlain(
  request: IncomingMessage,
  bytesMax: number,
  intake: BodyIntake | undefined,
): Promise<Buffer> {
  const chunks = new ByteCollector();
  let bytes = 0;
  let stop = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const broken = (cause?: Error) =>
        reject(new ApiError("INVALID_JSON", "The body did not arrive whole", { cause }));
      const take = (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bytesMax) reject(tooLarge(bytesMax));
        else collect(chunk, { chunks, source: request, intake, reject });
      };
      const whole = () => {
        // Before the "close" that follows at once: an error that nobody waits for would still be made.
        stop();
        resolve();
      };
      stop = () => {
        request.off("data", take).off("end", whole).off("error", broken).off("close", broken);
        stop = () => {};
      };
      if (request.destroyed) return broken(request.errored ?? undefined);
      request.on("data", take).on("end", whole).on("error", broken).on("close", broken);
    });
  } finally {
    stop();
    // Whoever answers decides what becomes of the rest.
    if (!request.complete) request.pause();
  }
  return chunks.toBuffer();
}

/** The refusal of a body that is larger than its operation takes. */
export function tooLarge(bytesMax: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes`);
}
