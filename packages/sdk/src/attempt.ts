import { timerDelayMaxMs } from "./clock.js";

/** The part of `fetch` that this package uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An answer that has arrived whole, or a stream's beginning. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for a stream. */
  readonly text: string;
  /** As fetch gave it; but for a stream, its body has been read. */
  readonly response: Response;
}

/** Why there is no answer. */
export interface Failed {
  readonly failure: "aborted" | "timeout" | "connection";
  readonly cause: unknown;
}

/**
 * Waits for `run`, at most `timeoutMs` and until `signal` aborts. It settles then even if `run` takes no notice of the
 * signal it is given. Never rejects.
 */
export function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T } | Failed> {
  // By hand: a race and a listener on the signal of our own would be a tenth of what a call costs.
  return new Promise((resolve) => {
    const controller = new AbortController();
    const settle = (result: { readonly value: T } | Failed) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const stop = (failure: Failed["failure"], cause: unknown) => {
      settle({ failure, cause });
      controller.abort(cause);
    };
    const onAbort = () => stop("aborted", signal?.reason);
    const onTimeout = () => stop("timeout", new Error("timeout"));
    const timer =
      timeoutMs === Infinity ? undefined : setTimeout(onTimeout, Math.min(timeoutMs, timerDelayMaxMs));
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    else
      run(controller.signal).then(
        (value) => settle({ value }),
        (cause) => settle({ failure: "connection", cause }),
      );
  });
}

/** Sends a request once and reads its whole answer; of a success that is to be streamed, only the beginning. */
export async function send(fetch: Fetch, url: string, init: RequestInit, isStream: boolean): Promise<Reply> {
  const response = await fetch(url, init);
  const { status, headers } = response;
  return { response, status, headers, text: isStream && response.ok ? "" : await response.text() };
}

/** Rejects with the signal's reason, as soon as there is one. */
export function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
