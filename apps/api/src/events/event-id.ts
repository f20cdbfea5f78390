import { isId, mintId } from "@onehazel/crypto";

const hourMs = 3_600_000;
/** 5 hex digits hold the hours since 1970 until 2089. */
const hourDigits = 5;
const prefixLength = "eev_".length;

/** When an event with a given id occurred, to the hour: `to` is not included. */
export interface Hour {
  readonly from: Date;
  readonly to: Date;
}

/** An event's id begins with the hour it occurred in, so that one of them is found without looking into every month. */
export function mintEventId(occurredAt: Date): string {
  const hour = Math.floor(occurredAt.getTime() / hourMs);
  return `eev_${hour.toString(16).padStart(hourDigits, "0")}${mintId("eev").slice(prefixLength + hourDigits)}`;
}

/** Undefined when it is no event's id. */
export function hourOfEventId(id: string): Hour | undefined {
  if (!isId("eev", id)) return undefined;
  const hour = Number.parseInt(id.slice(prefixLength, prefixLength + hourDigits), 16);
  return { from: new Date(hour * hourMs), to: new Date((hour + 1) * hourMs) };
}
