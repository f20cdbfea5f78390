import { pipeline, Readable, type Transform } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { exitCode } from "../exit-codes.js";
import { Failure, misuse } from "../failures.js";

/** One row of the input. Its record, or else what it held that is no record. */
export interface Row {
  /** Counted from 1, without the header. */
  readonly number: number;
  /** The line of the input on which it ends. */
  readonly line: number;
  /** A CSV's columns, in their order. */
  readonly columns?: readonly string[];
  readonly record?: Readonly<Record<string, unknown>>;
  readonly broken?: { readonly message: string; readonly raw: string };
}

/** A broken quote swallows what follows: no record of ours is longer, since a request's item may not be either. */
const recordBytesMax = 1_048_576;

/**
 * The records of a CSV with a header line, values as text. One with more or fewer values than the header is a broken row.
 *
 * @throws Failure for a header that names a column twice or not at all, and for a quote that leaves open where the row ends.
 */
export async function* csvRows(
  text: AsyncIterable<string>,
  needed: readonly Needed[],
  { delimiter = "," }: CsvOptions,
): AsyncGenerator<Row, void, undefined> {
  const parser = compose(
    Readable.from(text),
    parse({
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      max_record_size: recordBytesMax,
      delimiter,
    }),
  );
  let header: string[] | undefined;
  let number = 0;
  try {
    for await (const { record: values, info } of parser as AsyncIterable<Parsed>) {
      if (header === undefined) {
        header = checkHeader(values, needed);
        continue;
      }
      number += 1;
      const line = info.lines;
      yield values.length === header.length
        ? { number, line, columns: header, record: recordOf(header, values) }
        : {
            number,
            line,
            columns: header,
            broken: {
              message: `The row has ${values.length} values, the header ${header.length}`,
              raw: JSON.stringify(values),
            },
          };
    }
  } catch (error) {
    throw brokenCsv(error) ?? error;
  }
  if (header === undefined) throw misuse("The input is empty: a CSV needs a header line");
}

export interface CsvOptions {
  readonly delimiter?: string | undefined;
}

/** What a file must have, or it is not what it is taken for. */
export interface Needed {
  /** Columns of which one must be there. */
  readonly columns: readonly string[];
  /** No row is stored without it. What else is needed may be absent from some lines of NDJSON. */
  readonly isVital?: boolean;
  /** What says which column it is, where none was named. */
  readonly option?: string;
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** So many lines of NDJSON are looked at for what every row needs: one may be broken. */
const lookedAtMax = 20;

/**
 * Objects, one a line; empty lines don't count.
 *
 * @throws Failure if none of the first ones has what every row needs.
 */
export async function* ndjsonRows(
  text: AsyncIterable<string>,
  needed: readonly Needed[],
): AsyncGenerator<Row, void, undefined> {
  const held: Row[] = [];
  let missing = needed.filter(({ isVital }) => isVital);
  let looked = 0;
  for await (const row of linesAsRows(text)) {
    if (missing.length === 0) {
      yield row;
      continue;
    }
    held.push(row);
    if (row.record) looked += 1;
    missing = missing.filter(({ columns }) => !columns.some((name) => Object.hasOwn(row.record ?? {}, name)));
    if (missing.length > 0 && looked === lookedAtMax) break;
    if (missing.length === 0) yield* held.splice(0);
  }
  if (missing[0] && looked > 0) throw misuse(`None of the first ${looked} rows has ${inWords(missing[0])}`);
  yield* held;
}

async function* linesAsRows(text: AsyncIterable<string>): AsyncGenerator<Row, void, undefined> {
  let number = 0;
  let line = 0;
  for await (const content of linesOf(text)) {
    line += 1;
    if (content.trim() === "") continue;
    number += 1;
    yield { number, line, ...parseLine(content) };
  }
}

function parseLine(content: string): Pick<Row, "record" | "broken"> {
  const broken = (message: string) => ({ broken: { message, raw: content.trim() } });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return broken("The line is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return broken("The line is no JSON object");
  }
  // JavaScript would round it in silence, and the server never sees what was written.
  if (/\d{16}/.test(content) && holdsRounded(value)) {
    return broken("An integer beyond ±(2^53−1) would be rounded: write it as a string");
  }
  return { record: value as Record<string, unknown> };
}

function holdsRounded(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsRounded);
}

/** A fault of the source becomes one of what is read from it. */
function compose(source: Readable, transform: Transform): Readable {
  return pipeline(source, transform, () => undefined);
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() as string;
    yield* lines;
    if (rest.length > recordBytesMax) {
      throw new Failure(
        `A line is longer than ${recordBytesMax} characters: is this NDJSON?`,
        2,
        "NOT_NDJSON",
      );
    }
  }
  if (rest !== "") yield rest;
}

function checkHeader(names: readonly string[], needed: readonly Needed[]): string[] {
  const header = names.map((name) => name.trim());
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (header.includes("")) throw misuse("A column of the header has no name");
  if (twice !== undefined) throw misuse(`The header names the column "${twice}" twice`);
  const missing = needed.find(({ columns }) => !columns.some((name) => header.includes(name)));
  if (missing !== undefined) throw misuse(`The header has no column ${inWords(missing)}`);
  return header;
}

function inWords({ columns, option }: Needed): string {
  const names = columns.map((name) => `"${name}"`).join(" or ");
  return option === undefined ? names : `${names}: say by ${option} what it is`;
}

/** An empty cell says nothing. Without a prototype: `__proto__` is a column like any other. */
function recordOf(header: readonly string[], values: readonly string[]): Record<string, string | undefined> {
  const record: Record<string, string | undefined> = Object.create(null);
  header.forEach((name, index) => {
    record[name] = values[index] || undefined;
  });
  return record;
}

/** In our own words: the parser's messages quote the input. */
function brokenCsv(error: unknown): Failure | undefined {
  const { code, lines } = error as CsvError & { readonly lines?: number };
  if (typeof code !== "string" || !/^(CSV_|INVALID_OPENING_QUOTE)/.test(code)) return undefined;
  const isOpen = code === "CSV_QUOTE_NOT_CLOSED" || code === "CSV_MAX_RECORD_SIZE";
  const what = isOpen ? "a quote is opened and never closed" : "a quote stands where none may stand";
  return new Failure(
    `In line ${lines ?? "?"} of the CSV, or before: ${what}, so nobody can say where its rows end. Mend it and run this again`,
    exitCode.misused,
    "CSV_BROKEN",
  );
}
