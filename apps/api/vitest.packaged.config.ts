import { defineConfig } from "vitest/config";
import everyday from "./vitest.config.js";

/** What needs PostgreSQL as Debian packages it, which compiles statements (JIT): `TEST_POSTGRES_BIN` names its programs. */
export default defineConfig({
  test: { ...everyday.test, include: ["src/**/*.packaged.test.ts"], exclude: [], globalSetup: [] },
});
