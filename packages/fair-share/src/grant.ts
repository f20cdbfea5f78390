/** A held part of the capacity. */
export interface Grant {
  /** How much is held; 0 after release. */
  readonly amount: number;
  /** Releases all but `amount` now. Does nothing if the grant already holds `amount` or less. */
  shrinkTo(amount: number): void;
  /** Releases the grant; further calls do nothing. `cost` replaces the estimated cost, in the unit of the quantum. */
  release(cost?: number): void;
}
