/** Takes turns: a platform among platforms, an operator among the operators of its platform. */
export interface Member {
  /** The cost that the member may still use in this turn; negative if it has used more. */
  balance: number;
}

/**
 * Deficit round robin over members that have something waiting. A member is served while its balance is positive, then gets a quantum
 * and goes to the end of the round.
 */
export class RoundRobin<M extends Member> {
  readonly #quantum: number;
  readonly #members = new Set<M>();

  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** Does nothing if the member is there already. */
  add(member: M): void {
    this.#members.add(member);
  }

  remove(member: M): void {
    this.#members.delete(member);
  }

  has(predicate: (member: M) => boolean): boolean {
    for (const member of this.#members) if (predicate(member)) return true;
    return false;
  }

  /** The member whose turn it is among the eligible ones. Asking again without charging that member returns it again. */
  next(isEligible: (member: M) => boolean): M | undefined {
    // A member that is added again while the loop runs is visited again, so the loop goes round until a balance is positive.
    for (const member of this.#members) {
      if (!isEligible(member)) continue;
      if (member.balance > 0) return member;
      member.balance += this.#quantum;
      this.#members.delete(member);
      this.#members.add(member);
    }
    return undefined;
  }
}
