import type pg from "pg";
import { type Connection, PreparedQuery, type PreparedStatement } from "./prepared-query.js";

/** One of several: whoever sends them says when they end. */
class Member extends PreparedQuery {
  /** What `pg` ends with a Sync: of its own transaction, and of its own round trip. */
  _getRows(connection: Connection): void {
    connection.execute({ portal: "" });
  }
}

type Callback = (error: Error | undefined, results: readonly pg.QueryResult[]) => void;

const ignore = () => undefined;

/**
 * Several prepared statements in one round trip, and in one transaction: PostgreSQL begins it with the first and commits it at the
 * Sync that follows the last, so all of them take effect or none (its documentation, 54.2.4, Pipelining).
 */
class GroupedQuery implements pg.Submittable {
  readonly #members: readonly Member[];
  #at = 0;
  /** `pg` says here how values are read. */
  readonly _result: { _types?: unknown } = {};
  /** `pg` puts its own in front, for a database that is silent. */
  callback: Callback;

  constructor(statements: readonly PreparedStatement[], callback: Callback) {
    this.#members = statements.map((statement) => new Member(statement, ignore));
    this.callback = callback;
  }

  /** `pg` keeps account of what a connection has parsed by the name and the text of whose turn it is. */
  get name(): string | undefined {
    return this.#members[this.#at]?.name;
  }

  get text(): string | undefined {
    return this.#members[this.#at]?.text;
  }

  submit(connection: pg.Connection): void {
    const ours = connection as unknown as Connection;
    ours.stream.cork();
    try {
      for (const member of this.#members) {
        Object.assign(member._result, this._result);
        member.prepare(ours);
      }
      ours.sync();
    } finally {
      ours.stream.uncork();
    }
  }

  handleRowDescription(message: object): void {
    this.#members[this.#at]?.handleRowDescription(message);
  }

  handleDataRow(message: object): void {
    this.#members[this.#at]?.handleDataRow(message);
  }

  handleCommandComplete(message: object, connection: Connection): void {
    this.#members[this.#at]?.handleCommandComplete(message, connection);
    this.#at += 1;
  }

  handleError(error: Error, connection: Connection): void {
    // PostgreSQL has passed over the rest, so what was to be parsed with them is not.
    for (const { name } of this.#members.slice(this.#at)) delete connection.submittedNamedStatements[name];
    this.callback(error, []);
  }

  handleReadyForQuery(): void {
    this.callback(
      undefined,
      this.#members.map((member) => member._result),
    );
  }
}

/**
 * Runs them in their order. Rejects with the first refusal, and then none of them has taken effect; or with what the connection
 * says, and then nobody knows.
 */
export function queryGrouped(
  client: pg.PoolClient,
  statements: readonly PreparedStatement[],
): Promise<readonly pg.QueryResult[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new GroupedQuery(statements, (error, results) => (error ? reject(error) : resolve(results))),
    );
  });
}
