import { writeFileSync } from "node:fs";
import { dumpSchema, openDatabase } from "../dist/index.js";
import { cloneDatabase, testClusterSetup } from "../dist/testing/index.js";

const teardown = await testClusterSetup();
try {
  const database = await cloneDatabase();
  const db = openDatabase(database.superuser);
  writeFileSync(new URL("../schema.sql", import.meta.url), await dumpSchema(db.pool));
  await db.close();
} finally {
  await teardown();
}
