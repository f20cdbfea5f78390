import { readdirSync, readFileSync } from "node:fs";
import type { Migration } from "../migration.js";

const folder = new URL("../../migrations/", import.meta.url);

/** Every step of the schema, in order: the files of `migrations/`, each one a transaction. */
export const migrations: Migration[] = readdirSync(folder)
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => ({
    name: file.slice(0, -".sql".length),
    up: async (knex) => {
      // knex would take a question mark for a place to bind a value.
      await knex.raw(readFileSync(new URL(file, folder), "utf8").replaceAll("?", "\\?"));
    },
  }));
