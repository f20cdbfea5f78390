import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    globalSetup: ["src/testing/global-setup.ts"],
    // Most of the time goes into waiting for other processes.
    maxWorkers: 3,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What is waited for comes when it comes; a busy machine is no fault.
    expect: { poll: { timeout: 120_000 } },
  },
});
