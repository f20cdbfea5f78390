import { ArgumentError } from "./errors.js";

/**
 * Refuses what can't be sent as one segment of a path: nothing, `.` and `..` (every URL parser rewrites those, so another
 * resource would be met), and text that is no Unicode. Messages name the parameter, never its value.
 *
 * @throws ArgumentError
 */
export function checkPathParameters(parameters: object | undefined): void {
  for (const [name, value] of Object.entries(parameters ?? {})) checkSegment(name, value);
}

/** @throws ArgumentError as `checkPathParameters` does, for one value. */
export function checkSegment(name: string, value: unknown): void {
  if (typeof value !== "string") throw new ArgumentError(`${name} must be a string`);
  if (value === "" || value === "." || value === "..")
    throw new ArgumentError(`${name} must not be empty, "." or ".."`);
  // Not by trying encodeURIComponent: minifiers take a call without use for one without effect.
  if (/\p{Cs}/u.test(value)) throw new ArgumentError(`${name} has a lone surrogate, which no URL can carry`);
}

/**
 * A body as JSON. Numbers that are not finite are refused: JSON has no word for them, and `JSON.stringify` would write
 * null in silence.
 *
 * @throws ArgumentError also for cycles and bigint.
 */
export function toJson(body: unknown): string | undefined {
  try {
    const text = JSON.stringify(body);
    // A replacer makes it five times as slow, and only a null can have been such a number.
    return text?.includes("null") ? JSON.stringify(body, refuseNotFinite) : text;
  } catch (cause) {
    throw new ArgumentError("The body can't be written as JSON", { cause });
  }
}

function refuseNotFinite(_name: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("a number is not finite");
  return value;
}

/** Undefined for what is no JSON: the parser's own error quotes the text, and that can be personal data. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
