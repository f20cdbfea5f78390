/** A wish to stop: `signal` gives up what is still starting, `asked` resolves when the wish comes. */
export interface StopWish {
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
}

/** A terminal's Ctrl-C reaches us twice, once by itself and once handed on by the program that started us. */
const sameWishMs = 2_000;

/** Listens for SIGINT and SIGTERM. The first lets everything finish; a later one ends the process at once. */
export function whenAskedToStop(): StopWish {
  const controller = new AbortController();
  let askedAtMs = Number.POSITIVE_INFINITY;
  const asked = new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
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
