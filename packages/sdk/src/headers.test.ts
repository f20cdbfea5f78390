import { describe, expect, it } from "vitest";
import { parseRetryAfter, rateLimitFrom } from "./index.js";
import { fc, test } from "./testing/fc.js";

const headers = (init: Record<string, string>) => new Headers(init);

describe("parseRetryAfter", () => {
  it.each([
    ["0", 0],
    ["1", 1000],
    ["120", 120_000],
    [" 3 ", 3000],
  ])("reads %j seconds as %i ms", (value, waitMs) => {
    expect(parseRetryAfter(headers({ "retry-after": value }))).toBe(waitMs);
  });

  it.each([
    ["the usual form", "Sun, 06 Nov 1994 08:49:47 GMT"],
    ["the form of RFC 850", "Sunday, 06-Nov-94 08:49:47 GMT"],
    ["the form of asctime", "Sun Nov  6 08:49:47 1994"],
  ])("reads an HTTP-date in %s, measured against the reply's Date", (_, value) => {
    const init = { date: "Sun, 06 Nov 1994 08:49:37 GMT", "retry-after": value };
    expect(parseRetryAfter(headers(init), 0)).toBe(10_000);
  });

  it("without Date it goes by the time it is given, and a date in the past is no wait", () => {
    const init = { "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT" };
    expect(parseRetryAfter(headers(init), Date.UTC(1994, 10, 6, 8, 49, 36))).toBe(1000);
    expect(parseRetryAfter(headers(init))).toBe(0);
  });

  it.each(["", "soon", "-1", "1s", "March", "1e3", "Infinity", "2026-04-06", "12:00"])(
    "%j says nothing",
    (value) => {
      expect(parseRetryAfter(headers({ "retry-after": value }))).toBeUndefined();
    },
  );

  it("absent says nothing", () => expect(parseRetryAfter(headers({}))).toBeUndefined());

  test(
    "whatever a server sends: undefined, or a wait that is not negative",
    fc.string({ unit: "binary-ascii" }),
    (value) => {
      const waitMs = parseRetryAfter({ get: (name) => (name === "retry-after" ? value : null) });
      expect(waitMs === undefined || (waitMs >= 0 && Number.isFinite(waitMs))).toBe(true);
    },
  );
});

describe("rateLimitFrom", () => {
  it("reads category, limit, window, what is left and when it ends", () => {
    const init = { "ratelimit-policy": '"realtime";q=6000;w=60', ratelimit: '"realtime";r=5999;t=42' };
    expect(rateLimitFrom(headers(init))).toEqual({
      category: "realtime",
      limit: 6000,
      windowMs: 60_000,
      remaining: 5999,
      resetAfterMs: 42_000,
    });
  });

  it("of several limits it tells the one with the fewest calls left", () => {
    const ratelimit = '"read";r=10;t=1, "management"; r=3; t=2';
    const found = rateLimitFrom(
      headers({ ratelimit, "ratelimit-policy": '"management";q=600;w=60, "read";q=6000' }),
    );
    expect(found).toMatchObject({ category: "management", limit: 600, remaining: 3 });
  });

  it.each([undefined, "", "nonsense", '"read"', '"read";r=x'])("%j says nothing", (ratelimit) => {
    expect(rateLimitFrom(headers(ratelimit === undefined ? {} : { ratelimit }))).toBeUndefined();
  });
});
