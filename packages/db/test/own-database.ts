import { afterAll, beforeAll } from "vitest";
import { openDatabase } from "../src/connect.js";
import type { Database } from "../src/database.js";
import { createEmptyDatabase, type TestDatabase } from "../src/testing/databases.js";

/** An empty database for one test file, opened as its owner; both end after the file's tests. Call it outside of tests. */
export function ownDatabase(options: { readonly poolMax: number }): () => Database {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    db = openDatabase({ ...database.owner, ...options });
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });
  return () => db;
}
