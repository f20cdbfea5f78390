import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf, isMailbox } from "./formats.js";

describe("an RFC 3339 date-time", () => {
  it.each([
    ["1963-06-19T08:30:06.283185Z", "1963-06-19T08:30:06.283Z"],
    ["1963-06-19T08:30:06Z", "1963-06-19T08:30:06.000Z"],
    ["1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"],
    ["1990-12-31T15:59:50.123-08:00", "1990-12-31T23:59:50.123Z"],
    ["1998-12-31T23:59:60Z", "1999-01-01T00:00:00.000Z"],
    ["1998-12-31T15:59:60.123-08:00", "1999-01-01T00:00:00.123Z"],
    ["2015-07-01T05:29:60+05:30", "2015-07-01T00:00:00.000Z"],
    ["1963-06-19t08:30:06.283185z", "1963-06-19T08:30:06.283Z"],
    ["2024-02-29T00:00:00-00:00", "2024-02-29T00:00:00.000Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
    ["0099-12-31T23:59:59+23:59", "0099-12-31T00:00:59.000Z"],
    ["2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.100Z"],
    [`2026-01-01T00:00:00.${"9".repeat(40)}Z`, "2026-01-01T00:00:00.999Z"],
  ])("%s is the moment %s", (text, moment) => {
    expect(new Date(instantOf(text) as number).toISOString()).toBe(moment);
  });

  it.each([
    "2026-10-22T24:00:00Z",
    "2026-10-22T00:00:00+0530",
    "2026-10-22T00:00:00+05",
    "2026-10-22T00:00:00+24:00",
    "1990-12-31T15:59:59-24:00",
    "2026-10-22T00:00:00+05:60",
    "2026-10-22T00:00:00",
    "2026-10-22 00:00:00Z",
    "2026-10-22T00:00Z",
    "2026-10-22",
    "2026-10-22T00:60:00Z",
    "2026-10-22T23:59:60Z",
    "1998-12-31T23:59:61Z",
    "1998-12-31T23:58:60Z",
    "1998-12-31T22:59:60Z",
    "2015-07-01T23:59:60Z",
    "2015-06-30T23:59:60+05:30",
    "2026-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-1-01T00:00:00Z",
    "+11963-06-19T08:30:06.283185Z",
    "2013-350T01:01:01",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00,5Z",
    "1963-06-19T08:30:06.28123+01:00Z",
    "1963-06-1৪T00:00:00Z",
    "06/19/1963 08:30:06 PST",
    " 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z\n",
    "",
  ])("is not %j", (text) => {
    expect(instantOf(text)).toBeUndefined();
  });

  it("is whatever JavaScript writes", () => {
    const dates = fc.date({
      noInvalidDate: true,
      min: new Date("0000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59.999Z"),
    });
    fc.assert(fc.property(dates, (date) => instantOf(date.toISOString()) === date.getTime()));
  });
});

const longLocal = "l".repeat(64);
const longDomain = `${"d".repeat(63)}.${"d".repeat(63)}.${"d".repeat(61)}`;

describe("a mailbox", () => {
  it.each([
    "joe.bloggs@example.com",
    "te~st@example.com",
    "~test@example.com",
    "test~@example.com",
    "te.s.t@example.com",
    "riedgar+guidelines@example.com",
    "a@b",
    "1@1.example",
    '"joe bloggs"@example.com',
    '"joe..bloggs"@example.com',
    '"joe@bloggs"@example.com',
    '"a\\"b"@example.com',
    "joe.bloggs@[127.0.0.1]",
    "joe.bloggs@[IPv6:::1]",
    "실례@실례.테스트",
    "jürgen@bücher.example",
    "用户@例子.广告",
    "अजय@डाटा.भारत",
    "a@xn--bcher-kva.example",
    `${longLocal}@${longDomain}`,
  ])("is %s", (text) => {
    expect(isMailbox(text)).toBe(true);
  });

  it.each([
    "2962",
    ".test@example.com",
    "test.@example.com",
    "te..st@example.com",
    "@example.com",
    "test@",
    "test@.example.com",
    "test@example.com.",
    "test@example..com",
    "test@-example.com",
    "test@example-.com",
    "te st@example.com",
    "test@exa mple.com",
    "te\nst@example.com",
    "test@example.com\n",
    "test@bü\ncher.example",
    "joe.bloggs@invalid=domain.com",
    "joe.bloggs@[127.0.0.300]",
    "joe.bloggs@[::1]",
    "joe.bloggs@[IPv6:fe80::1%eth0]",
    "user1@oceania.org, user2@oceania.org",
    '"Winston Smith" <winston.smith@recdep.minitrue> (Records Department)',
    '"joe@example.com',
    'jo"e@example.com',
    '"a"b"@example.com',
    "a@b@example.com",
    "te\u0000st@example.com",
    "te\u0085st@example.com",
    "te\u00a0st@example.com",
    "te\ud800st@example.com",
    "test@exam\u00a0ple.com",
    ".실례@실례.테스트",
    "실례@실례..테스트",
    `l${longLocal}@example.com`,
    `${"é".repeat(33)}@example.com`,
    `a@${"d".repeat(64)}.example`,
    `a@${"ü".repeat(63)}.example`,
    `${longLocal}@d${longDomain}`,
    "",
  ])("is not %j", (text) => {
    expect(isMailbox(text)).toBe(false);
  });
});
