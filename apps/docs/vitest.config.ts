import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What is waited for comes when it comes; a busy machine is no fault.
    expect: { poll: { timeout: 120_000 } },
    // One browser with a few tabs: a machine with two cores has no use for more.
    maxWorkers: 1,
    maxConcurrency: 4,
  },
});
