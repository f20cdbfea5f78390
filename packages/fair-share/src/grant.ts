/** A held part of the capacity. */
export interface Grant {
  /** How much is held; 0 after release. */
  readonly amount: number;
  /** Gives back all but `amount` at once. Does nothing if no more than that is held. */
  shrinkTo(amount: number): void;
  /** Gives the part back; further calls do nothing. `cost` corrects the estimate, in the unit of the quantum. */
  release(cost?: number): void;
}
