/** What a page of rows may hold in data, unless its first row alone has more: what it may cost in memory, here and at the caller's. */
const pageBytesMax = 8_388_608;

/** What each row of a bounded page says beside its own columns. */
export interface PagedRow {
  /** How many rows there were before the page was cut. */
  readonly rows_found: number;
  /** Where the row stands in the page, from 1. */
  readonly place: number;
}

/**
 * Cuts an ordered page of rows where the JSON in one of its columns gets too large; never before the first row. What PostgreSQL
 * would send is what counts: JSON at least as long as we send it, numbers in full, a space after each comma and colon. To find
 * that out it has to write it, and 1e308 is 309 digits; so the page is cut by what is stored first, as it is when it is read and
 * not as it is compressed, and no more than what is left is written.
 *
 * @example
 * await tx.raw(withinBytes("select id, data from events where … order by id limit ?", "data"), values);
 */
export function withinBytes(page: string, column: "data" | "value" | "errors"): string {
  // An empty path gives the whole, uncompressed.
  return `select * from (
      select stored.*, sum(octet_length(stored.${column}::text)) over (rows unbounded preceding) as bytes_so_far
      from (
        select page.*, (count(*) over ())::int as rows_found, (row_number() over ())::int as place,
          sum(pg_column_size(page.${column} #> '{}')) over (rows unbounded preceding) as stored_so_far
        from (${page}) page
      ) stored
      where stored_so_far <= ${pageBytesMax} or place = 1
    ) sized
    where bytes_so_far <= ${pageBytesMax} or place = 1`;
}

/** The rows to show of a page that was asked for with one row more than it may hold, and the last of them if more follow. */
export function cutPage<Row extends PagedRow>(
  rows: readonly Row[],
  limit: number,
): { readonly shown: readonly Row[]; readonly last: Row | undefined } {
  // Put in order here: for PostgreSQL it would be a sort of what it has just read in order.
  const shown = rows.toSorted((one, other) => one.place - other.place).slice(0, limit);
  const found = rows[0]?.rows_found ?? 0;
  return { shown, last: found > shown.length ? shown.at(-1) : undefined };
}
