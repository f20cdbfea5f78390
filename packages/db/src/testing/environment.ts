import type { ConnectionOptions, SessionOptions } from "../connection-options.js";

/** What the test files need to know about the run's cluster. */
export interface TestEnvironment {
  host: string;
  port: number;
  superuser: string;
}

/** An environment variable, because a test runner's own channel needs both sides to load the same copy of it. */
const variable = "ONEHAZEL_TEST_CLUSTER";

export function publish(environment: TestEnvironment | undefined): void {
  if (environment) process.env[variable] = JSON.stringify(environment);
  else delete process.env[variable];
}

/** Undefined outside a run whose global setup is `testClusterSetup`. */
export function published(): TestEnvironment | undefined {
  const value = process.env[variable];
  return value === undefined ? undefined : (JSON.parse(value) as TestEnvironment);
}

/** Throws where nothing is published. */
export function environment(): TestEnvironment {
  const found = published();
  if (found === undefined) throw new Error("no test cluster: add testClusterSetup to vitest's globalSetup");
  return found;
}

/** Where a test database is, and how long a test waits for a connection to it. */
export type TestConnection = ConnectionOptions & Required<Pick<SessionOptions, "acquireTimeoutMs">>;

/** Far above the product's default: on a busy machine a connection may be slow to come, which is no test's subject. */
const acquireTimeoutMs = 60_000;

export function connectionAs(user: string, database: string): TestConnection {
  const { host, port } = environment();
  return { host, port, user, database, ssl: false, acquireTimeoutMs };
}
