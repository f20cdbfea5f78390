/** A wish to stop: `signal` gives up what is still starting, `asked` resolves when the wish comes. */
export interface StopWish {
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
}

/** A terminal's Ctrl-C reaches us twice, once by itself and once handed on by the program that started us. */
const sameWishMs = 2_000;

/**
 * Listens for SIGINT and SIGTERM, and for the terminal being closed where there is one. The first lets everything finish;
 * a later one ends the process at once.
 */
export function whenAskedToStop(): StopWish {
  const controller = new AbortController();
  let askedAtMs = Number.POSITIVE_INFINITY;
  // Without a terminal a SIGHUP may be meant to be ignored, as under nohup.
  const names = process.stderr.isTTY ? ["SIGINT", "SIGTERM", "SIGHUP"] : ["SIGINT", "SIGTERM"];
  const asked = new Promise<void>((resolve) => {
    for (const name of names) {
      process.on(name, () => {
        if (performance.now() - askedAtMs > sameWishMs) process.exit(1);
        askedAtMs = Math.min(askedAtMs, performance.now());
        controller.abort();
        resolve();
      });
    }
  });
  return { signal: controller.signal, asked };
}

/**
 * What nobody caught leaves the process in an unknown state: `onCrash` hears of the first, the exit code will be 1, and we ask
 * ourselves to stop as anyone else would, so that requests in flight still finish. Covers rejections too.
 */
export function stopOnCrash(onCrash: (error: unknown) => void): void {
  let crashed = false;
  process.on("uncaughtException", (error) => {
    if (crashed) return;
    crashed = true;
    process.exitCode = 1;
    onCrash(error);
    process.kill(process.pid, "SIGTERM");
  });
}
