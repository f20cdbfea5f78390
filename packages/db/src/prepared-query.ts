import pg from "pg";

/** What a prepared statement's rows are made with: their columns, and what reads each. */
interface RowShape {
  fields: pg.FieldDef[];
  _parsers: unknown;
  _prebuiltEmptyResultObject: unknown;
}

/** What we use of a connection of `pg`. */
export interface Connection {
  readonly stream: { cork(): void; uncork(): void };
  readonly submittedNamedStatements: Record<string, string>;
  describe(portal: object): void;
  execute(portal: { portal: string }): void;
  sync(): void;
}

/** A statement that goes under a name, always with the same text. */
export interface PreparedStatement {
  /** 63 bytes at most. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

type Callback = (error: Error | undefined, result: pg.QueryResult) => void;

/** What the types of `pg` leave out of its class. */
const Query = pg.Query as unknown as new (
  text: string,
  values: readonly unknown[],
  callback: Callback,
) => pg.Submittable & {
  name: string;
  text: string;
  _result: pg.QueryResult & RowShape;
  _accumulateRows: boolean;
  prepare(connection: Connection): void;
  handleRowDescription(message: object): void;
  handleDataRow(message: object): void;
  handleCommandComplete(message: object, connection: Connection): void;
};

/**
 * A named statement as `client.query({ name, text, values })` runs it, but that a connection is asked only once which columns the
 * rows have: the answer cannot change, since PostgreSQL refuses to run a statement whose columns did (`0A000`, which
 * `isStalePlan` knows). Saves both sides a message, and its reading, at each call.
 */
export class PreparedQuery extends Query {
  #known: Known | undefined;

  constructor({ name, text, values }: PreparedStatement, callback: Callback) {
    super(text, values, callback);
    this.name = name;
  }

  override prepare(connection: Connection): void {
    const known = knownBy(connection);
    const shape = known.shapes.get(this.name);
    if (shape === undefined) {
      this.#known = known;
      super.prepare(connection);
      return;
    }
    const { _result: result } = this;
    result.fields = shape.fields;
    result._parsers = shape._parsers;
    result._prebuiltEmptyResultObject = shape._prebuiltEmptyResultObject;
    this._accumulateRows = true;
    known.describes = false;
    try {
      super.prepare(connection);
    } finally {
      known.describes = true;
    }
  }

  override handleRowDescription(message: object): void {
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    this.#known?.shapes.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }
}

/** What a connection has told, and whether it asks again. */
interface Known {
  readonly shapes: Map<string, RowShape>;
  describes: boolean;
}

const connections = new WeakMap<Connection, Known>();

function knownBy(connection: Connection): Known {
  const found = connections.get(connection);
  if (found !== undefined) return found;
  const known: Known = { shapes: new Map(), describes: true };
  const { describe } = connection;
  connection.describe = (portal) => {
    if (known.describes) describe.call(connection, portal);
  };
  connections.set(connection, known);
  return known;
}

/** Runs a statement under a name that always goes with the same text. Rejects with what PostgreSQL or the connection says. */
export function queryPrepared<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  statement: PreparedStatement,
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const done: Callback = (error, result) =>
      error ? reject(error) : resolve(result as pg.QueryResult<Row>);
    client.query(new PreparedQuery(statement, done));
  });
}
