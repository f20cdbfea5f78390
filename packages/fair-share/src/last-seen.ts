/**
 * Records when a name other than a given one was last seen. Keeps only the times of the latest two distinct names.
 */
export class LastSeen {
  #latest = "";
  #latestMs = Number.NEGATIVE_INFINITY;
  #otherMs = Number.NEGATIVE_INFINITY;

  note(name: string, nowMs: number): void {
    if (name !== this.#latest) {
      this.#otherMs = this.#latestMs;
      this.#latest = name;
    }
    this.#latestMs = nowMs;
  }

  /** The time at which a name other than `name` was last noted; -Infinity if never. */
  otherThan(name: string): number {
    return name === this.#latest ? this.#otherMs : this.#latestMs;
  }
}
