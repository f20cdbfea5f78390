import pg from "pg";
import { clientConfig } from "../connection-options.js";
import { createOwner, ownerName } from "../embedded/bootstrap.js";
import { superuserName } from "../embedded/cluster.js";
import { migrate } from "../migrate.js";
import { startTestCluster, type TestCluster, type TestClusterOptions } from "./cluster.js";
import { connectionAs, publish, published } from "./environment.js";

/** Databases of tests are copies of this one. */
export const templateName = "onehazel_template";

export const serverName = "onehazel_server";
export const workerName = "onehazel_worker";

/** Logins belong to the cluster, and several suites may share one. */
const loginLock = 7_401_337_004;

/**
 * Vitest's `globalSetup` of a package whose tests need a database: starts one cluster for the run, migrates a
 * template as a plain owner, lets the roles of the server and the worker log in, and returns the teardown.
 *
 * @example
 * // test/global-setup.ts, named by `globalSetup` in vitest.config.ts
 * export { testClusterSetup as setup } from "@onehazel/db/testing";
 */
export async function testClusterSetup(): Promise<() => Promise<void>> {
  const { leave } = await useOwnCluster();
  return leave;
}

/**
 * Does the same for a test that breaks its database, or needs another kind: what asks for databases from now on gets them there.
 * `leave` stops the cluster, and gives back the one of before.
 */
export async function useOwnCluster(
  options: TestClusterOptions = {},
): Promise<{ cluster: TestCluster; leave: () => Promise<void> }> {
  const before = published();
  const cluster = await startTestCluster(options);
  const { host, port } = cluster.superuser;
  publish({ host, port, superuser: superuserName });
  const leave = async () => {
    publish(before);
    await cluster.stop();
  };
  try {
    await makeTemplate();
    return { cluster, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

async function makeTemplate(): Promise<void> {
  const superuser = new pg.Client(clientConfig(connectionAs(superuserName, "postgres")));
  await superuser.connect();
  try {
    await createOwner(superuser);
    await superuser.query(`create database ${templateName} owner ${ownerName}`);
    await migrate(connectionAs(ownerName, templateName));
    await allowLogins(superuser);
    // Nobody may enter from now on: a template that is in use can't be copied.
    await superuser.query(`alter database ${templateName} with is_template true allow_connections false`);
  } finally {
    await superuser.end();
  }
}

async function allowLogins(superuser: pg.Client): Promise<void> {
  await superuser.query("select pg_advisory_lock($1)", [loginLock]);
  const { rows } = await superuser.query("select rolname from pg_roles where rolname = any ($1)", [
    [serverName, workerName],
  ]);
  for (const { rolname } of rows) await superuser.query(`alter role ${rolname} login`);
  await superuser.query("select pg_advisory_unlock($1)", [loginLock]);
}
