/** A wish to stop: `signal` gives up what is still starting, `asked` resolves when the wish comes. */
export interface StopWish {
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
}

/** Listens for SIGINT and SIGTERM. The first lets everything finish; a second one ends the process at once. */
export function whenAskedToStop(): StopWish {
  const controller = new AbortController();
  const asked = new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (controller.signal.aborted) process.exit(1);
        controller.abort();
        resolve();
      });
    }
  });
  return { signal: controller.signal, asked };
}
