/**
 * Anything headers can be asked of: a fetch `Headers`, or your own object with a `get`.
 *
 * @example
 * const headers: HeadersLike = { get: (name) => reply.headers[name] }; // an answer of node:http
 */
export interface HeadersLike {
  /** The value of a header, whose name comes in lower case. */
  get(name: string): string | null | undefined;
}

/**
 * How long a reply asks you to wait, in milliseconds; `undefined` when it says nothing that can be understood.
 *
 * `Retry-After` is either whole seconds or an HTTP-date (RFC 9110, section 10.2.3). A date is measured against the
 * reply's own `Date`, so that a wrong local clock does not matter; without `Date` against `nowMs`. Never negative.
 *
 * @param nowMs The local time in milliseconds since 1970, used only where the reply has no `Date`.
 * @example
 * const waitMs = parseRetryAfter(response.headers) ?? 1_000;
 */
export function parseRetryAfter(headers: HeadersLike, nowMs: number = Date.now()): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const until = parseHttpDate(value);
  if (until === undefined) return undefined;
  return Math.max(0, until - (parseHttpDate(headers.get("date") ?? "") ?? nowMs));
}

// Date.parse takes much that is no HTTP-date ("2", "March"): a date here begins with a day's name and ends in GMT.
function parseHttpDate(value: string): number | undefined {
  const usual = /^[A-Z][a-z]{2,8},? .*\bGMT$/.test(value);
  const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(value);
  const time = usual ? Date.parse(value) : asctime ? Date.parse(`${value} GMT`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The server's id of a request. */
export function requestIdOf(headers: HeadersLike): string | undefined {
  return headers.get("x-request-id") ?? undefined;
}
