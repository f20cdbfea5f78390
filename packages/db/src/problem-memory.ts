import { type DatabaseProblem, databaseProblem } from "./errors.js";

/** Long enough for a readiness probe to see the problem, short enough for the server to get traffic again soon after recovery. */
const rememberedMs = 5_000;

/** Remembers the latest resource problem of the database until a statement shows that it is solved, or for five seconds. */
export class ProblemMemory {
  #latest: DatabaseProblem | undefined;
  #atMs = 0;

  get latest(): DatabaseProblem | undefined {
    return performance.now() - this.#atMs < rememberedMs ? this.#latest : undefined;
  }

  /** Takes note of the error of a statement, or of a connection that could not be opened. */
  noteError(error: unknown): void {
    const problem = databaseProblem(error);
    if (problem === undefined) return;
    this.#latest = problem;
    this.#atMs = performance.now();
  }

  /** Any successful statement shows that connections are available; only a write shows that writes succeed. */
  noteSuccess({ isWrite }: { readonly isWrite: boolean }): void {
    if (isWrite || this.#latest === "out of connections") this.#latest = undefined;
  }
}
