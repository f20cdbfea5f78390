import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const minuteMs = 60_000;

/**
 * The moment that an RFC 3339 date-time names, in milliseconds since 1970; further digits are dropped. Undefined for any other text.
 * A leap second is accepted where one can occur, at 23:59:60 UTC on 30 June or 31 December, and counts as the second after it.
 */
export function instantOf(text: string): number | undefined {
  const found = dateTime.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as Numbers;
  const [fraction = "", sign, offsetHour = "0", offsetMinute = "0"] = found.slice(7);
  const offset = Number(offsetHour) * 60 + Number(offsetMinute);
  if (hour > 23 || minute > 59 || second > 60 || Number(offsetHour) > 23 || Number(offsetMinute) > 59)
    return undefined;
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  // `Date` turns a day that the month does not have into one of the next month.
  if (moment.getUTCMonth() !== month - 1 || moment.getUTCDate() !== day) return undefined;
  moment.setUTCHours(hour, minute - (sign === "-" ? -offset : offset), second);
  if (second === 60 && !followsLeapSecond(moment)) return undefined;
  return moment.getTime() + Number(fraction.slice(0, 3).padEnd(3, "0"));
}

type Numbers = [number, number, number, number, number, number];

function followsLeapSecond(moment: Date): boolean {
  const startsDay = moment.getTime() % (24 * 60 * minuteMs) === 0;
  return startsDay && moment.getUTCDate() === 1 && (moment.getUTCMonth() === 0 || moment.getUTCMonth() === 6);
}

// RFC 5321, 4.1.2, with the characters of RFC 6531; white space and control characters beyond ASCII stay out.
const beyondAscii = "[^\\x00-\\x7f\\p{Cc}\\p{Cs}\\p{Z}]";
const word = `(?:[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]|${beyondAscii})+`;
const localPart = new RegExp(
  `^(?:${word}(?:\\.${word})*|"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x20-\\x7e]|${beyondAscii})*")$`,
  "u",
);
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const ascii = /^[A-Za-z0-9.-]*$/;
const domainCharacters = new RegExp(`^(?:[A-Za-z0-9.-]|${beyondAscii})+$`, "u");

// RFC 5321, 4.5.3.1, in octets. 254: a path of 256 without its angle brackets.
const mailboxBytesMax = 254;
const localPartBytesMax = 64;
const domainBytesMax = 253;

/** Whether a text is a mailbox as RFC 5321 writes one, with the internationalized addresses of RFC 6531. */
export function isMailbox(text: string): boolean {
  // A text never has more code units than octets, so a long text is rejected without counting octets.
  if (text.length > mailboxBytesMax || Buffer.byteLength(text) > mailboxBytesMax) return false;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  if (Buffer.byteLength(local) > localPartBytesMax || !localPart.test(local)) return false;
  return isDomain(text.slice(at + 1));
}

function isDomain(text: string): boolean {
  if (text.startsWith("[") && text.endsWith("]")) return isAddress(text.slice(1, -1));
  // The library drops some characters instead of rejecting them.
  if (!domainCharacters.test(text)) return false;
  const domain = ascii.test(text) ? text : domainToASCII(text);
  return domain.length <= domainBytesMax && domain.split(".").every((part) => label.test(part));
}

function isAddress(text: string): boolean {
  if (!/^ipv6:/i.test(text)) return isIPv4(text);
  const address = text.slice("IPv6:".length);
  return !address.includes("%") && isIPv6(address);
}

interface Format {
  readonly type: "string";
  readonly validate: (text: string) => boolean;
}

/** The formats of the specification that the server checks itself, for both of its schema validators. */
export const checkedFormats: Readonly<Record<"date-time" | "email", Format>> = {
  "date-time": { type: "string", validate: (text) => instantOf(text) !== undefined },
  email: { type: "string", validate: isMailbox },
};

/** What was expected, in words. */
export const formatWords: Readonly<Record<string, string>> = {
  "date-time": "must be an RFC 3339 date-time with its offset, for example 2026-04-06T10:30:00Z",
  email: "must be an e-mail address, for example ada@example.com",
};
