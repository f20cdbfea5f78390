import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    // These need a redis-server, or Debian's PostgreSQL, on the machine: `test:redis`, `test:packaged`.
    // And these take minutes: `test:chaos`, `measure:depth`.
    exclude: [
      ...configDefaults.exclude,
      "src/**/*.redis.test.ts",
      "src/**/*.packaged.test.ts",
      "src/testing/chaos/**",
      "src/testing/depth/measure.test.ts",
    ],
    globalSetup: ["src/testing/global-setup.ts"],
    maxWorkers: 3,
    // Compiling the validators takes most of a server's start: once a worker, not once a file.
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What is waited for comes when it comes; a busy machine is no fault.
    expect: { poll: { timeout: 120_000 } },
  },
});
