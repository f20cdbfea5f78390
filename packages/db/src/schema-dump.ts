import type { Askable } from "./migration-status.js";
import { sections } from "./schema-sections.js";

const heading =
  "-- Written by `pnpm --filter @onehazel/db schema:dump` from a freshly migrated database. Never edit it.\n";

/**
 * The schema as text, for reading in a diff: tables with columns and constraints, indexes, policies, triggers,
 * functions by their signatures, and who may do what. The same for every supported PostgreSQL version; partitions
 * are left out, because they come and go with the calendar.
 */
export async function dumpSchema(database: Askable): Promise<string> {
  const parts = [heading];
  for (const { title, query } of sections) {
    const { rows } = await database.query(query);
    if (rows.length > 0) parts.push(`-- ${title}\n\n${rows.map(({ text }) => `${text}\n`).join("")}`);
  }
  return parts.join("\n");
}
