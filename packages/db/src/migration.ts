import type { Knex } from "knex";

/**
 * One step of the schema. Names sort in the order of running (`0001_…`); a released step is never edited, renamed
 * or taken out again, and there is no way down. `transaction: false` is for statements that refuse to run inside
 * one, and then every statement must be safe to repeat.
 */
export interface Migration {
  readonly name: string;
  readonly transaction?: boolean;
  up(knex: Knex): Promise<void>;
}
