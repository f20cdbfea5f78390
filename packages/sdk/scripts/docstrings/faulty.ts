// Each fault that the check of docstrings is for, once: what it says of this file is compared with a list.

/** Has a text and no example. */
export class Described {
  readonly value = 1;
  /**
   * Its example does not compile.
   *
   * @example
   * const text: string = new Described().value;
   */
  compute(): void {}
  /** Its second form has neither. */
  overloaded(text: string): void;
  overloaded(number: number): void;
  overloaded(_: unknown): void {}
  /** An example that calls what is not there. @example nowhere.go(); */
  static of(): void {}
  [Symbol.iterator](): void {}
  /** Reached by way of a property, without a name that is exported. */
  readonly inner = new Inner();
  protected kept(): void {}
}

class Inner {
  run(): void {}
}

/**
 * One example shows the first of its methods.
 *
 * @example
 * const filled: Filled = { shown: () => undefined };
 */
export interface Filled {
  /** In the example. */
  shown(): void;
  /** Not in the example. */
  forgotten?(): void;
}

export function bare(): void {}
export const unsaid = 1;
