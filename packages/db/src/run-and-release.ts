import type pg from "pg";
import { isStalePlan, isUnavailable } from "./errors.js";
import { queryGrouped } from "./grouped-query.js";
import { type PreparedStatement, queryPrepared } from "./prepared-query.js";

/**
 * Runs one statement and gives its connection back, however that goes: `pool.query` throws its connection away at any error, a
 * refused duplicate included, this only broken ones.
 */
export async function runAndRelease<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  statement: PreparedStatement,
): Promise<pg.QueryResult<Row>> {
  let discard = false;
  try {
    return await queryPrepared<Row>(client, statement);
  } catch (error) {
    discard = isUnavailable(error);
    // It comes with the frames of the connection's reader; those of who asked say more.
    if (error instanceof Error) Error.captureStackTrace(error);
    if (!isStalePlan(error)) throw error;
    // A migration ran meanwhile: answer this call, and let a fresh connection prepare the statement anew.
    discard = true;
    return await client.query<Row>({ text: statement.text, values: [...statement.values] });
  } finally {
    client.release(discard);
  }
}

/** The same for several in one transaction. Rejects with the first refusal, and then none has taken effect. */
export async function runGroupAndRelease(
  client: pg.PoolClient,
  statements: readonly PreparedStatement[],
): Promise<readonly pg.QueryResult[]> {
  let discard = false;
  try {
    return await queryGrouped(client, statements);
  } catch (error) {
    discard = isUnavailable(error) || isStalePlan(error);
    throw error;
  } finally {
    client.release(discard);
  }
}
