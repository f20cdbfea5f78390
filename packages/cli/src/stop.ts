/** A wish to stop. */
export interface StopWish {
  /** Begin nothing new. */
  readonly asked: AbortSignal;
  /** Give up what is on its way too. */
  readonly now: AbortSignal;
  /** Signals do what they do again. */
  dispose(): void;
}

/** What is on its way has so long to finish. */
const graceMs = 10_000;

/** Listens for Ctrl-C and SIGTERM, and where there is a terminal for its end. A second one gives up at once. */
export function whenAskedToStop(): StopWish {
  const asked = new AbortController();
  const now = new AbortController();
  const names: NodeJS.Signals[] = process.stderr.isTTY
    ? ["SIGINT", "SIGTERM", "SIGHUP"]
    : ["SIGINT", "SIGTERM"];
  let timer: NodeJS.Timeout | undefined;
  const hear = () => {
    if (asked.signal.aborted) now.abort();
    asked.abort();
    timer ??= setTimeout(() => now.abort(), graceMs).unref();
  };
  for (const name of names) process.on(name, hear);
  return {
    asked: asked.signal,
    now: now.signal,
    dispose: () => {
      clearTimeout(timer);
      for (const name of names) process.off(name, hear);
    },
  };
}
