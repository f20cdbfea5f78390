import type { Fetch } from "./attempt.js";
import { type Clock, systemClock } from "./clock.js";
import { ArgumentError } from "./errors.js";
import { type Hooks, type Logger, loggingHooks } from "./hooks.js";
import type { IdempotentOperationId, OperationId } from "./operations.js";

/** How a client is made. */
export interface ClientOptions {
  /** `oh_live_…` for `OneHazel`, `oh_platform_…` for `OneHazelPlatform`. Kept out of everything the client shows of itself. */
  readonly apiKey: string;
  /** Where the API is, for example `http://localhost:8080`; a path such as `/functions/v1` is kept. There is no default. */
  readonly baseUrl: string | URL;
  /** Used instead of the platform's `fetch`. */
  readonly fetch?: Fetch;
  /** How long one attempt may take, body included, in milliseconds; 30 s by default. */
  readonly timeoutMs?: number;
  /** How long a call may take with all its attempts and waits, in milliseconds; 60 s by default. `Infinity`: no bound. */
  readonly deadlineMs?: number;
  /** How often a request is sent again at most; 2 by default, 0 for never. */
  readonly retries?: number;
  readonly hooks?: Hooks;
  /** Told about every attempt and retry. `console` will do. */
  readonly logger?: Logger;
  /** Sent with every request. The API key's header can't be replaced. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An API key in a web page is everybody's. Only `true` lets this client start in a browser. */
  readonly dangerouslyAllowBrowser?: boolean;
  /** Time and chance, for tests. */
  readonly clock?: Clock;
}

/** How one call differs from what its client was made with. */
export interface CallOptions {
  /** Stops the call at once, waits included, with an `AbortError` whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long one attempt may take, body included, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** How long the call may take with all its attempts and waits, in milliseconds. `Infinity`: no bound. */
  readonly deadlineMs?: number | undefined;
  /** How often the request is sent again at most. */
  readonly retries?: number | undefined;
  /** Sent beside the client's own, for example `X-Request-Id`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The options of a call that the server can recognise as a repeat. */
export interface IdempotentCallOptions extends CallOptions {
  /**
   * 1 to 255 visible ASCII characters, the same for every repeat of the same write within 24 hours. Without it the client
   * makes one and keeps it for all attempts of this call. See `idempotencyKeyFrom`.
   */
  readonly idempotencyKey?: string | undefined;
}

/** The options of an operation: `idempotencyKey` only where the specification knows it, anywhere else a type error. */
export type OptionsOf<Id extends OperationId> = Id extends IdempotentOperationId
  ? IdempotentCallOptions
  : CallOptions & { readonly idempotencyKey?: never };

/** The options with all defaults. */
export interface Config {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly retries: number;
  readonly hooks: readonly Hooks[];
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

declare const __SDK_VERSION__: string;

/** @throws ArgumentError that names the option and never shows its value. */
export function resolveOptions(options: ClientOptions): Config {
  refuseBrowser(options.dangerouslyAllowBrowser === true);
  return {
    baseUrl: checkBaseUrl(options.baseUrl),
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    timeoutMs: checkDuration("timeoutMs", options.timeoutMs ?? 30_000),
    deadlineMs: checkDuration("deadlineMs", options.deadlineMs ?? 60_000),
    retries: checkRetries(options.retries ?? 2),
    hooks: [
      ...(options.hooks ? [options.hooks] : []),
      ...(options.logger ? [loggingHooks(options.logger)] : []),
    ],
    headers: mergeHeaders(
      { Accept: "application/json", "User-Agent": `onehazel-sdk/${__SDK_VERSION__}` },
      options.headers,
    ),
    clock: options.clock ?? systemClock,
  };
}

export function checkDuration(name: string, value: number): number {
  if (typeof value === "number" && value > 0) return value;
  throw new ArgumentError(`${name} must be a number of milliseconds above 0`);
}

/** @throws ArgumentError unless `value` is a whole number within its bounds. */
export function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new ArgumentError(`${name} must be a whole number from ${min} to ${max}`);
}

export function checkRetries(value: number): number {
  return wholeNumber("retries", value, 0, 1_000_000);
}

/** Headers by names in lower case, of several sources with one name the last. @throws ArgumentError */
export function mergeHeaders(
  ...sources: readonly (Readonly<Record<string, string>> | undefined)[]
): Record<string, string> {
  const merged = new Headers();
  try {
    for (const source of sources) for (const [name, value] of new Headers(source)) merged.set(name, value);
  } catch {
    throw new ArgumentError("headers has a name or value that HTTP forbids");
  }
  return Object.fromEntries(merged);
}

function checkBaseUrl(value: string | URL): string {
  const url = URL.canParse(String(value)) ? new URL(value) : undefined;
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === ""
  )
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  throw new ArgumentError("baseUrl must be an http(s) URL without credentials, query and fragment");
}

function refuseBrowser(isAllowed: boolean): void {
  const scope = globalThis as { readonly window?: unknown; readonly document?: unknown };
  if (isAllowed || scope.window === undefined || scope.document === undefined) return;
  throw new ArgumentError("Browsers expose your API key: see dangerouslyAllowBrowser");
}
