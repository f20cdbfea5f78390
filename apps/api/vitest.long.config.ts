import { defineConfig } from "vitest/config";

/** What takes minutes and runs by a name of its own: `test:chaos`, `measure:depth`. */
export default defineConfig({
  test: {
    include: ["src/testing/chaos/*.test.ts", "src/testing/depth/measure.test.ts"],
    globalSetup: ["src/testing/global-setup.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    // What is waited for comes when it comes; a busy machine is no fault.
    expect: { poll: { timeout: 120_000 } },
    disableConsoleIntercept: true,
  },
});
