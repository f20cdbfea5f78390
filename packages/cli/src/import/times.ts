import { DateTime, IANAZone } from "luxon";
import { misuse } from "../failures.js";

/** What a local time stands for that clocks showed twice, when they were put back. */
export type AmbiguousTime = "earlier" | "later";

export interface TimeOptions {
  /** `iso`, `unix`, `unix-ms` or a pattern. */
  readonly format: string | undefined;
  /** The IANA zone of times that say none. */
  readonly timezone: string | undefined;
  readonly ambiguous: AmbiguousTime | undefined;
}

/** A cell as what the API takes. Throws RangeError with the rest of a sentence about the column; it never shows the value. */
export type TimeReader = (value: string | number) => string;

/** @throws Failure for options that say no time, or two different ones. */
export function timeReader({ format = "iso", timezone, ambiguous }: TimeOptions): TimeReader {
  if (timezone !== undefined && !(/^[A-Z]/i.test(timezone) && IANAZone.isValidZone(timezone)))
    throw misuse(`--timezone takes an IANA name such as Europe/London or UTC, not "${timezone}"`);
  if (ambiguous !== undefined && timezone === undefined)
    throw misuse("--ambiguous-time needs --timezone: without it no time is ambiguous");
  const inZone = timezone === undefined ? undefined : { timezone, ambiguous };
  if (format === "iso") return isoReader(inZone);
  const isUnix = format === "unix" || format === "unix-ms";
  if (isUnix && inZone !== undefined)
    throw misuse(`--time-format ${format} counts from 1970 in UTC: it takes no --timezone`);
  return isUnix ? unixReader(format) : patternReader(format, inZone);
}

interface InZone {
  readonly timezone: string;
  readonly ambiguous: AmbiguousTime | undefined;
}

const isoLocal = /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?$/i;

/** The server checks the times that come with an offset. */
function isoReader(inZone: InZone | undefined): TimeReader {
  return (value) => {
    if (typeof value === "number") throw new RangeError("is no ISO 8601 time: a number needs --time-format");
    if (inZone === undefined) return value;
    const [, day, time = "00:00"] = isoLocal.exec(value) ?? [];
    if (day === undefined) return value;
    const local = DateTime.fromISO(`${day}T${time}`, { zone: "utc" });
    if (!local.isValid) throw new RangeError("is no ISO 8601 time");
    return instantOf(local, inZone);
  };
}

const unixForms = { unix: /^-?\d{1,11}(\.\d{1,9})?$/, "unix-ms": /^-?\d{1,14}$/ };
const unixUnits = { unix: "seconds", "unix-ms": "milliseconds" };

function unixReader(format: "unix" | "unix-ms"): TimeReader {
  return (value) => {
    const text = String(value).trim();
    if (!unixForms[format].test(text))
      throw new RangeError(`is no number of ${unixUnits[format]} since 1970`);
    const ms = format === "unix" ? Math.floor(Number(text) * 1_000) : Number(text);
    return new Date(ms).toISOString();
  };
}

const inEnglish = { locale: "en-US", numberingSystem: "latn" } as const;
// A time of which each part is another number, in a zone of which no other has the name or the offset.
const sampleZone = "Asia/Kathmandu";
const sample = DateTime.fromObject(
  { year: 2022, month: 11, day: 23, hour: 17, minute: 48, second: 59 },
  { ...inEnglish, zone: sampleZone },
);

function patternReader(pattern: string, inZone: InZone | undefined): TimeReader {
  const hasZone = checkPattern(pattern);
  if (hasZone && inZone !== undefined)
    throw misuse(`--time-format "${pattern}" has a zone of its own: it takes no --timezone`);
  if (!hasZone && inZone === undefined)
    throw misuse(
      `--time-format "${pattern}" says no zone: add --timezone, for example --timezone Europe/London`,
    );
  const parser = DateTime.buildFormatParser(pattern, inEnglish);
  return (value) => {
    const read = DateTime.fromFormatParser(String(value).trim(), parser, {
      ...inEnglish,
      zone: "utc",
      setZone: true,
    });
    if (!read.isValid) throw new RangeError(`is no time of the form "${pattern}"`);
    return inZone === undefined ? toText(read) : instantOf(read, inZone);
  };
}

/** Whether times of this form say their zone. Writes a time in the form and reads it back: what is lost, the form does not hold. */
function checkPattern(pattern: string): boolean {
  const refuse = (why: string) =>
    misuse(
      `--time-format "${pattern}" ${why}: it takes iso, unix, unix-ms, or a pattern such as "dd/MM/yyyy HH:mm:ss"`,
    );
  // Other libraries write years and days so; here Y is nothing and D a whole date in words.
  if (/[YD]/.test(pattern.replace(/'[^']*'/g, ""))) throw refuse("has Y or D, which are written yyyy and dd");
  const back = readBack(pattern);
  if (back === undefined) throw refuse("is no pattern of a time");
  const { year, month, day, hour, minute } = back;
  if (year !== sample.year || month !== sample.month || day !== sample.day)
    throw refuse("does not say year, month and day");
  if (hour !== 0 && hour !== sample.hour) throw refuse("has an hour of 12 (h) without AM or PM (a)");
  if (hour === 0 && minute !== 0) throw refuse("says minutes and no hour");
  return back.offset === sample.offset;
}

function readBack(pattern: string): DateTime | undefined {
  const options = { ...inEnglish, zone: "utc", setZone: true };
  const back = DateTime.fromFormat(sample.toFormat(pattern), pattern, options);
  return back.isValid ? back : undefined;
}

/** The moment at which clocks in a zone showed this. */
function instantOf(local: DateTime, { timezone, ambiguous }: InZone): string {
  const found = local.setZone(timezone, { keepLocalTime: true });
  if (found.setZone("utc", { keepLocalTime: true }).toMillis() !== local.toMillis()) {
    throw new RangeError(`is a time that clocks in ${timezone} skipped when they were put forward`);
  }
  const possible = found.getPossibleOffsets().sort((a, b) => a.toMillis() - b.toMillis());
  const [earlier = found, later = found] = possible;
  if (possible.length < 2) return toText(found);
  if (ambiguous === undefined) {
    throw new RangeError(
      `is a time that clocks in ${timezone} showed twice when they were put back: say which by --ambiguous-time`,
    );
  }
  return toText(ambiguous === "earlier" ? earlier : later);
}

function toText(time: DateTime): string {
  return time.toJSDate().toISOString();
}
