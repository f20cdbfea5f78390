import { describe, expect, it } from "vitest";
import { type AmbiguousTime, timeReader } from "./times.js";

const read = (
  value: string | number,
  format?: string,
  timezone?: string,
  ambiguous?: AmbiguousTime,
): string => timeReader({ format, timezone, ambiguous })(value);

describe("a time of an import", () => {
  it.each<[string | number, string | undefined, string | undefined, string]>([
    ["2026-04-06T12:00:00Z", undefined, undefined, "2026-04-06T12:00:00Z"],
    ["2026-04-06T12:00:00+02:00", "iso", "Europe/Berlin", "2026-04-06T12:00:00+02:00"],
    ["2026-04-06T12:00:00", "iso", "Europe/Berlin", "2026-04-06T10:00:00.000Z"],
    ["2026-01-06 12:00", "iso", "Europe/Berlin", "2026-01-06T11:00:00.000Z"],
    ["2026-04-06T12:00:00.123456", undefined, "UTC", "2026-04-06T12:00:00.123Z"],
    ["2026-04-06", undefined, "America/New_York", "2026-04-06T04:00:00.000Z"],
    [1775476800, "unix", undefined, "2026-04-06T12:00:00.000Z"],
    ["1775476800", "unix", undefined, "2026-04-06T12:00:00.000Z"],
    ["1775476800.5", "unix", undefined, "2026-04-06T12:00:00.500Z"],
    [1775476800123, "unix-ms", undefined, "2026-04-06T12:00:00.123Z"],
    ["06/04/2026 12:00:05", "dd/MM/yyyy HH:mm:ss", "Europe/London", "2026-04-06T11:00:05.000Z"],
    ["4/6/2026 1:05 pm", "M/d/yyyy h:mm a", "America/New_York", "2026-04-06T17:05:00.000Z"],
    ["6 Apr 2026", "d MMM yyyy", "UTC", "2026-04-06T00:00:00.000Z"],
    ["06.04.26 12:00 +0530", "dd.MM.yy HH:mm ZZZ", undefined, "2026-04-06T06:30:00.000Z"],
    ["2026-04-06 12:00 Europe/Berlin", "yyyy-MM-dd HH:mm z", undefined, "2026-04-06T10:00:00.000Z"],
    ["20260406T120000", "yyyyMMdd'T'HHmmss", "UTC", "2026-04-06T12:00:00.000Z"],
  ])("%s as %s in %s is %s", (value, format, timezone, expected) => {
    expect(read(value, format, timezone)).toBe(expected);
  });

  it.each<[string | number, string | undefined, string | undefined, RegExp]>([
    [1775476800, undefined, undefined, /a number needs --time-format/],
    ["2026-02-30T12:00:00", "iso", "UTC", /is no ISO 8601 time/],
    ["17754768000000000", "unix", undefined, /is no number of seconds since 1970/],
    ["1e9", "unix", undefined, /is no number of seconds/],
    ["1775476800.5", "unix-ms", undefined, /is no number of milliseconds/],
    ["2026-04-06", "dd/MM/yyyy", "UTC", /is no time of the form "dd\/MM\/yyyy"/],
    ["31/02/2026", "dd/MM/yyyy", "UTC", /is no time of the form/],
    ["06/04/2026x", "dd/MM/yyyy", "UTC", /is no time of the form/],
  ])("%s as %s in %s fails its row", (value, format, timezone, message) => {
    expect(() => read(value, format, timezone)).toThrow(message);
    expect(() => read(value, format, timezone)).toThrow(RangeError);
  });

  it("is passed on unchanged if the server has to validate it", () => {
    for (const text of ["2026-04-06T24:00:00", "2026-04-06T12:00:00+0530", "yesterday"]) {
      expect(read(text, "iso", "UTC")).toBe(text);
    }
  });
});

describe("clocks that are changed", () => {
  it.each([
    ["Europe/Berlin", "2026-03-29T02:30:00"],
    ["America/New_York", "2026-03-08T02:00:00"],
    ["Australia/Lord_Howe", "2026-10-04T02:15:00"],
    ["Pacific/Apia", "2011-12-30T12:00:00"],
  ])("%s skipped %s: the row fails", (timezone, local) => {
    for (const ambiguous of [undefined, "earlier", "later"] as const) {
      expect(() => read(local, "iso", timezone, ambiguous)).toThrow(`clocks in ${timezone} skipped`);
    }
  });

  it.each([
    ["Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"],
    ["America/New_York", "2026-11-01T01:00:00", "2026-11-01T05:00:00.000Z", "2026-11-01T06:00:00.000Z"],
    ["Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00.000Z", "2026-04-04T15:15:00.000Z"],
  ])(
    "%s showed %s twice: the row fails, unless an option says which it is",
    (timezone, local, earlier, later) => {
      expect(() => read(local, "iso", timezone)).toThrow("say which by --ambiguous-time");
      expect(read(local, "iso", timezone, "earlier")).toBe(earlier);
      expect(read(local, "iso", timezone, "later")).toBe(later);
      const pattern = "yyyy-MM-dd'T'HH:mm:ss";
      expect(read(local, pattern, timezone, "earlier")).toBe(earlier);
    },
  );

  it.each([
    ["2026-03-29T01:59:59", "2026-03-29T00:59:59.000Z"],
    ["2026-03-29T03:00:00", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25T01:59:59", "2026-10-24T23:59:59.000Z"],
    ["2026-10-25T03:00:00", "2026-10-25T02:00:00.000Z"],
  ])("%s in Berlin, at the edge, is %s", (local, instant) => {
    expect(read(local, "iso", "Europe/Berlin")).toBe(instant);
  });
});

describe("options of a time", () => {
  it.each<[string | undefined, string | undefined, AmbiguousTime | undefined, RegExp]>([
    ["iso", "Europe/Nowhere", undefined, /^--timezone takes an IANA name/],
    ["iso", "+02:00", undefined, /^--timezone takes an IANA name/],
    ["iso", undefined, "later", /^--ambiguous-time needs --timezone/],
    ["unix", "UTC", undefined, /takes no --timezone/],
    ["dd/MM/yyyy", undefined, undefined, /says no zone: add --timezone/],
    ["dd/MM/yyyy HH:mm ZZ", "UTC", undefined, /has a zone of its own/],
    ["HH:mm", "UTC", undefined, /does not say year, month and day/],
    ["MM/yyyy", "UTC", undefined, /does not say year, month and day/],
    ["dd/MM/yyyy hh:mm", "UTC", undefined, /has an hour of 12/],
    ["dd/MM/yyyy mm", "UTC", undefined, /says minutes and no hour/],
    ["DD/MM/YYYY", "UTC", undefined, /--time-format "DD\/MM\/YYYY"/],
    ["unixtime", "UTC", undefined, /--time-format "unixtime"/],
    ["", "UTC", undefined, /--time-format ""/],
  ])(
    "--time-format %s --timezone %s --ambiguous-time %s is refused",
    (format, timezone, ambiguous, message) => {
      expect(() => timeReader({ format, timezone, ambiguous })).toThrow(message);
    },
  );
});
