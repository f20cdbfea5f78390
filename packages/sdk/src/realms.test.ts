import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { isAPIError, isRateLimitError } from "./index.js";

describe("guards", () => {
  it("work across realms, where instanceof does not", () => {
    const foreign: unknown = runInNewContext(
      `const e = new Error("x"); e.code = "RATE_LIMITED"; e[Symbol.for("@onehazel/sdk/error")] = ["RateLimitError", "APIError", "OneHazelError"]; e`,
    );
    expect(foreign).not.toBeInstanceOf(Error);
    expect(isRateLimitError(foreign) && isAPIError(foreign, "RATE_LIMITED")).toBe(true);
  });
});
