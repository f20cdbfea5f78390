import { type DatabaseProblem, databaseProblem } from "./errors.js";

/** Long enough for a probe to see the problem, short enough for a server to get traffic again soon after it is solved. */
const rememberedMs = 5_000;

/** Remembers what statements said of the database's own resources, until one shows that it is solved or five seconds have passed. */
export class ProblemMemory {
  #latest: DatabaseProblem | undefined;
  #atMs = 0;

  get latest(): DatabaseProblem | undefined {
    return performance.now() - this.#atMs < rememberedMs ? this.#latest : undefined;
  }

  /** Looks at the error of a statement, or of a connection that could not be opened. */
  noteError(error: unknown): void {
    const problem = databaseProblem(error);
    if (problem === undefined) return;
    this.#latest = problem;
    this.#atMs = performance.now();
  }

  /** Any statement shows that there are connections; only a write shows that writes succeed. */
  noteSuccess({ isWrite }: { readonly isWrite: boolean }): void {
    if (isWrite || this.#latest === "out of connections") this.#latest = undefined;
  }
}
