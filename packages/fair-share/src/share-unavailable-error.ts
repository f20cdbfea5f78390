/** `queue full`: the tenant has too many waiting entries. `waited too long`: the resource did not become free in time. */
export type ShareProblem = "queue full" | "waited too long";

/** Thrown if a caller cannot get a grant. Other callers are not affected; this caller may retry. */
export class ShareUnavailableError extends Error {
  override readonly name = "ShareUnavailableError";
  readonly problem: ShareProblem;

  constructor(problem: ShareProblem) {
    super(
      problem === "queue full" ? "The tenant's queue is full" : "The tenant's queue did not move in time",
    );
    this.problem = problem;
  }
}
