import { rateLimitMax } from "@onehazel/spec";
import { InvalidArgumentError } from "commander";

/** A parser for commander: text of 1 to `charactersMax` characters. */
export function text(charactersMax: number): (value: string) => string {
  return (value) => {
    const { length } = [...value];
    if (value.trim() === "" || length > charactersMax || /\p{Cc}/u.test(value)) {
      throw new InvalidArgumentError(`It takes 1 to ${charactersMax} characters of text.`);
    }
    return value;
  };
}

/** A parser for commander: calls a minute. */
export function managementLimit(value: string): number {
  const limit = Number(value);
  if (!/^\d{1,7}$/.test(value) || limit < 1 || limit > rateLimitMax) {
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${rateLimitMax}.`);
  }
  return limit;
}

/** A parser for commander: a UUID, in lower case. */
export function uuid(value: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) {
    throw new InvalidArgumentError("It takes a UUID.");
  }
  return value.toLowerCase();
}

const daysMax = 3_650;

/** A parser for commander: whole days. */
export function days(value: string): number {
  const number = Number(value);
  if (!/^\d{1,4}$/.test(value) || number > daysMax) {
    throw new InvalidArgumentError(`It takes a whole number from 0 to ${daysMax}.`);
  }
  return number;
}
