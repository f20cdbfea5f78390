import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { misuse } from "../failures.js";
import { privateMode } from "../private-file.js";

/** Where an export goes: standard output, or a file that is there whole or not at all. */
export interface Sink {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Everything was written. */
  complete(): Promise<void>;
  /** It stopped before: leaves no file. */
  abandon(): Promise<void>;
}

export async function openSink(path: string | undefined): Promise<Sink> {
  if (path === undefined) {
    return {
      write: (text) => writeTo(process.stdout, text),
      complete: async () => {},
      abandon: async () => {},
    };
  }
  const draft = `${path}.partial`;
  const file = createWriteStream(draft, { flags: "wx", mode: privateMode });
  await once(file, "open").catch((error: NodeJS.ErrnoException) => {
    throw misuse(
      error.code === "EEXIST" ? `${draft} exists already` : `${draft} can't be written (${error.code})`,
    );
  });
  const end = () => {
    file.end();
    return finished(file);
  };
  return {
    write: (text) => writeTo(file, text),
    complete: async () => {
      await end();
      await rename(draft, path);
    },
    abandon: async () => {
      await end().catch(() => undefined);
      await rm(draft, { force: true });
    },
  };
}

async function writeTo(stream: Writable, text: string): Promise<void> {
  if (stream.errored) throw stream.errored;
  if (!stream.write(text)) await once(stream, "drain");
}
