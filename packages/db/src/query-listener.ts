/** One statement that ended. `text` has placeholders where values were, so it names no one. */
export interface EndedQuery {
  /** Undefined for what the query builder made. */
  readonly name: string | undefined;
  readonly text: string;
  /** By `performance.now()`. */
  readonly startedMs: number;
  /** Waiting for a connection included where the statement brought its own. */
  readonly durationMs: number;
  readonly failed: boolean;
}

/** Hears of every statement when it ended. It must not throw. */
export type QueryListener = (query: EndedQuery) => void;

/** Is called with the outcome of each statement. Must not throw. */
export interface OutcomeListener {
  onSuccess(): void;
  onError(error: unknown): void;
}

/** Runs a statement and reports its outcome. Costs nothing without a listener. */
export async function timed<T>(
  listener: QueryListener | undefined,
  { name, text }: { readonly name: string | undefined; readonly text: string },
  run: () => Promise<T>,
  outcome?: OutcomeListener,
): Promise<T> {
  const startedMs = listener === undefined ? 0 : performance.now();
  let failed = true;
  try {
    const result = await run();
    failed = false;
    outcome?.onSuccess();
    return result;
  } catch (error) {
    outcome?.onError(error);
    throw error;
  } finally {
    listener?.({ name, text, startedMs, durationMs: performance.now() - startedMs, failed });
  }
}
