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

/**
 * A placeholder that hides a filter's value from the planner. The planner then expects few matching rows and uses the index on the
 * filter's column. If it knew that the value is frequent in the table (because of other tenants' rows), it might scan this tenant's rows
 * in list order until enough of them match: all of its rows, if none matches.
 */
export const unforeseen = "(select cast(? as text))";

/** How many rows a page may examine where a filter has no index. Costs about as much as the largest page whose rows all match. */
export const examinedRowsMax = 1_000;

/** The additional columns of each row in a page with a bound on examined rows. */
export interface ExaminedRow {
  /** The row's position among the examined rows, from 1. */
  readonly examined: number;
  /** Whether the filter matches. The last examined row is returned even if it does not match, because it marks the position. */
  readonly matches: boolean;
}

/**
 * Bounds the rows that a page examines where a filter has no index. `ordered` reads the rows in the order of the list, by an index
 * and without a limit; `matches` is the filter. The page ends after `examinedRowsMax` rows, whether or not any of them matches. The last
 * examined row is always returned, so that the next page can begin after it. Order of the values: filter, `ordered`, the page's limit.
 *
 * @example
 * await tx.raw(withinExamined("select id, status from operators where … order by created_at desc, id desc", "status = ?"), values);
 */
export function withinExamined(ordered: string, matches: string): string {
  return `select *
    from (
      select ordered.*, coalesce(${matches}, false) as matches, (row_number() over ())::int as examined
      from (${ordered} limit ${examinedRowsMax}) ordered
    ) examined_rows
    where matches or examined = ${examinedRowsMax}
    limit ?`;
}

/** The rows to show of a page that was read with one row more than its limit, and the row after which the next page begins, if any. */
export function cutPage<Row extends Partial<PagedRow> & Partial<ExaminedRow>>(
  rows: readonly Row[],
  limit: number,
): { readonly shown: readonly Row[]; readonly last: Row | undefined } {
  const placeOf = ({ place, examined }: Row) => place ?? examined ?? 0;
  // Put in order here: for PostgreSQL it would be a sort of what it has just read in order.
  const page = rows.toSorted((one, other) => placeOf(one) - placeOf(other)).slice(0, limit);
  const end = page.at(-1);
  const found = rows[0]?.rows_found ?? rows.length;
  const isCut = found > page.length || end?.examined === examinedRowsMax;
  return { shown: page.filter(({ matches }) => matches !== false), last: isCut ? end : undefined };
}
