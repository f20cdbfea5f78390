/** A held part of the capacity. */
export interface Grant {
  /** Gives the part back; further calls do nothing. `cost` corrects the estimate, in the unit of the quantum. */
  release(cost?: number): void;
}
