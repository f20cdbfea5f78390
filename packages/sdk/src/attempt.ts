import { timerDelayMaxMs } from "./clock.js";

/** The part of `fetch` that this package uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** An answer that has arrived whole. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** An answer, or why there is none. */
export type AttemptResult =
  | { readonly reply: Reply }
  | { readonly failure: "aborted" | "timeout" | "connection"; readonly cause: unknown };

/**
 * Sends a request once and reads its whole answer, within `timeoutMs` and until `signal` aborts. It settles then even if
 * the given `fetch` takes no notice of its signal. Never rejects.
 */
export async function attemptOnce(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<AttemptResult> {
  const controller = new AbortController();
  let failure = "connection" as "aborted" | "timeout" | "connection";
  const stop = (why: typeof failure, reason: unknown) => {
    failure = why;
    controller.abort(reason);
  };
  const onAbort = () => stop("aborted", signal?.reason);
  const onTimeout = () => stop("timeout", new Error("timeout"));
  const timer =
    timeoutMs === Infinity ? undefined : setTimeout(onTimeout, Math.min(timeoutMs, timerDelayMaxMs));
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    if (signal?.aborted) onAbort();
    return {
      reply: await Promise.race([send(fetch, url, init, controller.signal), rejection(controller.signal)]),
    };
  } catch (cause) {
    return { failure, cause: failure === "aborted" ? signal?.reason : cause };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

async function send(fetch: Fetch, url: string, init: RequestInit, signal: AbortSignal): Promise<Reply> {
  signal.throwIfAborted();
  const response = await fetch(url, { ...init, signal });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
