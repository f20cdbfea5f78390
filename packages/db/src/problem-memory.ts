import { type DatabaseProblem, databaseProblem } from "./errors.js";

/** Long enough for a probe to see the problem, short enough for a server to try again soon after it was fixed. */
const rememberedMs = 10_000;

/** Remembers for ten seconds what statements said of the database's own resources. */
export class ProblemMemory {
  #latest: DatabaseProblem | undefined;
  #atMs = 0;

  get latest(): DatabaseProblem | undefined {
    return this.#latest !== undefined && performance.now() - this.#atMs < rememberedMs
      ? this.#latest
      : undefined;
  }

  /** Looks at the error of a statement, or of a connection that could not be opened. */
  note(error: unknown): void {
    const problem = databaseProblem(error);
    if (problem === undefined) return;
    this.#latest = problem;
    this.#atMs = performance.now();
  }
}
