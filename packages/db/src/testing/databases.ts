import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { clientConfig } from "../connection-options.js";
import { ownerName } from "../embedded/bootstrap.js";
import { connectionAs, environment, type TestConnection } from "./environment.js";
import { serverName, templateName, workerName } from "./setup.js";

/** A database of one's own, with ways in for each role. All of them may log in without a password. */
export interface TestDatabase {
  readonly databaseName: string;
  readonly owner: TestConnection;
  readonly server: TestConnection;
  readonly worker: TestConnection;
  readonly superuser: TestConnection;
  /** Removes it, cutting whatever is still connected; may be called again. */
  drop(): Promise<void>;
}

const inUse = "55006";
const triesMax = 50;
const retryMs = 50;

/**
 * A migrated database, made in some 30 ms as a copy of the run's template: one a test file.
 *
 * @example
 * const database = await cloneDatabase();
 * const db = openDatabase(database.server);
 * afterAll(async () => { await db.close(); await database.drop(); });
 */
export async function cloneDatabase(): Promise<TestDatabase> {
  return createDatabase(templateName);
}

/** An empty database that the owner owns, for tests of migrating itself. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase("template1");
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const databaseName = `test_${randomBytes(8).toString("hex")}`;
  await administer((superuser) => copyTemplate(superuser, databaseName, template));
  return {
    databaseName,
    owner: connectionAs(ownerName, databaseName),
    server: connectionAs(serverName, databaseName),
    worker: connectionAs(workerName, databaseName),
    superuser: connectionAs(environment().superuser, databaseName),
    drop: () =>
      administer(async (superuser) => {
        await superuser.query(`drop database if exists ${databaseName} with (force)`);
      }),
  };
}

/** Something of the server's own, such as autovacuum, may be looking at the template at this very moment. */
async function copyTemplate(superuser: pg.Client, databaseName: string, template: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await superuser.query(`create database ${databaseName} template ${template} owner ${ownerName}`);
      // A copy has the default rights of a new database again.
      if (template === templateName)
        await superuser.query(`revoke temporary on database ${databaseName} from public`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== inUse || tries >= triesMax) throw error;
      await sleep(retryMs);
    }
  }
}

async function administer(work: (superuser: pg.Client) => Promise<void>): Promise<void> {
  const superuser = new pg.Client(clientConfig(connectionAs(environment().superuser, "postgres")));
  await superuser.connect();
  try {
    await work(superuser);
  } finally {
    await superuser.end();
  }
}
