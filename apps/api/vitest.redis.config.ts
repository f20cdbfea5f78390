import { defineConfig } from "vitest/config";
import everyday from "./vitest.config.js";

/** What needs a redis-server on the machine, each file with servers of its own. */
export default defineConfig({
  test: { ...everyday.test, include: ["src/**/*.redis.test.ts"], exclude: [] },
});
