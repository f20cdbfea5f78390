import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { clientOf, parseTrustedProxies, trustNobody } from "./client-address.js";

function request(remoteAddress: string | undefined, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return { headers, socket: { remoteAddress }, connection: { remoteAddress } } as unknown as IncomingMessage;
}

describe("one address, however it is written", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    [undefined, undefined],
  ])("%s is counted as %s", (address, counted) => {
    expect(clientOf(request(address), trustNobody)).toBe(counted);
  });
});

describe("X-Forwarded-For", () => {
  it("means nothing from whom nobody trusts", () => {
    expect(clientOf(request("192.0.2.7", "198.51.100.1"), trustNobody)).toBe("192.0.2.7");
  });

  it.each([
    ["one trusted proxy", "198.51.100.1", "198.51.100.1"],
    ["what the client made up before it", "203.0.113.9, 198.51.100.1", "198.51.100.1"],
    ["two trusted proxies", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"],
    ["a port beside it", "198.51.100.1:4711", "198.51.100.1"],
    ["IPv6 with a port", "[2001:db8::1]:4711", "2001:db8:0:0::/64"],
    ["no address at all", "unknown", "10.0.0.1"],
    ["nothing", "", "10.0.0.1"],
    ["only trusted proxies", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ])("through networks that are trusted: %s", (_, forwarded, counted) => {
    const trust = parseTrustedProxies("127.0.0.1, 10.0.0.0/8, fd00::/8");
    expect(clientOf(request("10.0.0.1", forwarded), trust)).toBe(counted);
    expect(clientOf(request("::ffff:10.0.0.1", forwarded), trust)).toBe(counted);
  });

  it("counted in hops, as many of its last are believed and none more", () => {
    const forwarded = "203.0.113.9, 198.51.100.1, 198.51.100.2";
    const seen = ["0", "1", "2"].map((hops) =>
      clientOf(request("192.0.2.7", forwarded), parseTrustedProxies(hops)),
    );
    expect(seen).toEqual(["192.0.2.7", "198.51.100.2", "198.51.100.1"]);
  });
});

it.each(["x", "", "10.0.0.0/33", "10.0.0.1,", "-1", "100", "1.5", "10.0.0"])(
  "%j trusts nobody and is refused",
  (text) => {
    expect(() => parseTrustedProxies(text)).toThrow();
  },
);
