import type { TestApi } from "./harness.js";

/** Lets no transaction commit that wrote to one of these tables, while `work` runs: everything up to the commit goes well. */
export async function whileCommitsAreRefused<T>(
  api: TestApi,
  tables: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  await api.sql(
    `create or replace function refuse_commit() returns trigger language plpgsql
     as 'begin raise exception ''refused''; end'`,
  );
  for (const table of tables)
    await api.sql(
      `create constraint trigger refuse_commit after insert or update or delete on ${table}
       deferrable initially deferred for each row execute function refuse_commit()`,
    );
  try {
    return await work();
  } finally {
    for (const table of tables) await api.sql(`drop trigger refuse_commit on ${table}`);
  }
}
