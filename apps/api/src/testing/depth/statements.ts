import type { Database, Scope } from "@onehazel/db";
import { call } from "../call.js";
import type { TestApi } from "../harness.js";

/** A statement as it went to the database. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A page of a list, with the one statement that found it. */
export interface Page {
  readonly statement: Statement;
  readonly nextCursor: string | null;
  readonly rows: number;
}

interface PageBody {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor?: string | null;
}

type Query = (statement: unknown, values?: unknown, ...rest: unknown[]) => unknown;

/** An instance of the server whose statements are written down on their way to the database. */
export class Eavesdropper {
  readonly #baseUrl: string;
  readonly #heard: Statement[] = [];
  readonly db: Database;

  private constructor(baseUrl: string, db: Database) {
    this.#baseUrl = baseUrl;
    this.db = db;
    db.pool.on("connect", (client) => {
      const query = client.query.bind(client) as Query;
      (client as { query: Query }).query = (statement, values, ...rest) => {
        const { text = statement, values: bound = values } = statement as Partial<Statement>;
        this.#heard.push({ text: String(text), values: Array.isArray(bound) ? [...bound] : [] });
        return query(statement, values, ...rest);
      };
    });
  }

  static async start(api: TestApi): Promise<Eavesdropper> {
    const { baseUrl, db } = await api.startTwin();
    return new Eavesdropper(baseUrl, db);
  }

  /** Asks for a page. Throws unless exactly one of the statements that this takes finds a page. */
  async page(path: string, key: string, cursor?: string): Promise<Page> {
    this.#heard.length = 0;
    const more = cursor === undefined ? "" : `${path.includes("?") ? "&" : "?"}cursor=${cursor}`;
    const { status, text, body } = await call(this.#baseUrl, "GET", `${path}${more}`, { key });
    if (status !== 200) throw new Error(`${status} ${text}`);
    const found = this.#heard.filter((statement) => /\border by\b/.test(statement.text));
    const [statement] = found;
    if (statement === undefined || found.length > 1)
      throw new Error(`${found.length} statements with an order`);
    return { statement, nextCursor: body.nextCursor, rows: body.data.length };
  }

  /** Asks for a page and gives every statement that this took, in order. */
  async statementsOf(path: string, key: string): Promise<{ body: PageBody; statements: Statement[] }> {
    this.#heard.length = 0;
    const { status, text, body } = await call(this.#baseUrl, "GET", path, { key });
    if (status !== 200) throw new Error(`${status} ${text}`);
    return { body, statements: [...this.#heard] };
  }

  /** Runs statements in one transaction under a tenant's scope, as the server would, and takes back what they did. */
  async inScope<T>(scope: Scope, work: (run: Run) => Promise<T>): Promise<T> {
    const client = await this.db.pool.connect();
    const [setting, id] =
      "operatorId" in scope ? ["app.operator_id", scope.operatorId] : ["app.platform_id", scope.platformId];
    try {
      await client.query("begin");
      await client.query("select set_config($1, $2, true)", [setting, id]);
      return await work(async ({ text, values }) => (await client.query(text, [...values])).rows);
    } finally {
      await client.query("rollback");
      client.release();
    }
  }
}

export type Run = (statement: Statement) => Promise<Row[]>;
export type Row = Readonly<Record<string, unknown>>;
