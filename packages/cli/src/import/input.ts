import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import { misuse } from "../failures.js";
import { type CsvOptions, csvRows, type Needed, ndjsonRows, type Row } from "./rows.js";
import { textOf } from "./text.js";

export type Format = "csv" | "ndjson";

/** What is imported: a file or standard input. */
export interface Input {
  readonly format: Format;
  /** `undefined` for standard input. */
  readonly path: string | undefined;
  readonly bytesTotal: number | undefined;
  bytesRead(): number;
  readonly rows: AsyncIterable<Row>;
}

export interface InputOptions extends CsvOptions {
  readonly format: Format | undefined;
  readonly needed: readonly Needed[];
}

/**
 * Opens `file`, `-` for standard input. Ends with an AbortError when `signal` says so, also while it waits for more.
 *
 * @throws Failure if it can't be read or its format isn't known.
 */
export async function openInput(
  file: string,
  { format, needed, ...csv }: InputOptions,
  signal: AbortSignal,
): Promise<Input> {
  const known = format ?? formatOf(file);
  if (known === undefined) throw misuse(`Say what ${file} is: --format csv or --format ndjson`);
  const { stream, bytesTotal } =
    file === "-" ? { stream: process.stdin, bytesTotal: undefined } : await openFile(file);
  const { text, bytesRead } = textOf(addAbortSignal(signal, stream));
  return {
    format: known,
    path: file === "-" ? undefined : file,
    bytesTotal,
    bytesRead,
    rows: known === "csv" ? csvRows(text, needed, csv) : ndjsonRows(text, needed),
  };
}

async function openFile(file: string): Promise<{ stream: Readable; bytesTotal: number | undefined }> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw misuse(`${file} can't be read (${error.code})`);
  });
  if (found.isDirectory()) throw misuse(`${file} is a folder`);
  // A pipe with a name has no size.
  return { stream: createReadStream(file), bytesTotal: found.isFile() ? found.size : undefined };
}

function formatOf(file: string): Format | undefined {
  if (/\.csv$/i.test(file)) return "csv";
  return /\.(ndjson|jsonl)$/i.test(file) ? "ndjson" : undefined;
}
