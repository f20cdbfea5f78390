import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import proxyaddr from "proxy-addr";

/** Whether an address on a request's way is a proxy of ours; `hop` 0 is whoever connected to us. */
export type Trust = (address: string, hop: number) => boolean;

/** Nobody: whoever connects is the client, whatever it says about others. */
export const trustNobody: Trust = () => false;

/** Reads a number of hops, or addresses and networks with commas between them. Throws when it is neither. */
export function parseTrustedProxies(text: string): Trust {
  if (/^\d{1,2}$/.test(text)) return (_, hop) => hop < Number(text);
  const parts = text.split(",").map((part) => part.trim());
  // The library takes a bare number for an IPv4 address.
  if (parts.some((part) => /^\d+$/.test(part))) throw new TypeError("a number of hops stands alone");
  return proxyaddr.compile(parts);
}

const withPort = /^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/;

/**
 * Who sent a request, as it is counted: an IPv4 address, or the /64 of an IPv6 address, since who has one of those has all of it.
 * Undefined when the connection is gone.
 */
export function clientOf(request: IncomingMessage, trust: Trust): string | undefined {
  // From the connection outward, up to the first that is no proxy of ours. What a proxy passed on and is no address counts as the
  // proxy's own.
  for (const said of proxyaddr.all(request, trust).reverse()) {
    const counted = asCounted(said ?? "");
    if (counted !== undefined) return counted;
  }
  return undefined;
}

function asCounted(said: string): string | undefined {
  const [, bracketed, beforePort] = withPort.exec(said) ?? [];
  const address = bracketed ?? beforePort ?? said;
  if (isIP(address) === 0) return undefined;
  // An IPv4 address that IPv6 wraps is that IPv4 address.
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(":")}::/64`;
}
