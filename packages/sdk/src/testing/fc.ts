import * as fc from "fast-check";
import { it } from "vitest";

export { fc };

/** A law, tried with many values. */
export function test<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  law: (value: T) => void | Promise<void>,
): void {
  it(name, () => fc.assert(fc.asyncProperty(arbitrary, async (value) => law(value))));
}
