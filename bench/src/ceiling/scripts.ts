import type { PgbenchScripts } from "./pgbench.js";
import { operatorId, statements } from "./tables.js";
import { player, transaction } from "./works.js";

const digits = 9;
/** Far above what is ever loaded, so that a random one is a new one. */
const fresh = [100_000_000, 999_999_999] as const;

/** The statements of the least program as scripts of pgbench, about the first so many entities. */
export function scriptsFor(entities: number): PgbenchScripts {
  const any = [1, entities] as const;
  const entityData = player("").data;
  const upsert = [operator, idOf("ent"), externalId, "'player'", json(entityData)];
  const event = [operator, idOf("eev"), `'${transaction.eventType}'`, json(transaction.data), externalId];
  return {
    upsertNew: script(fresh, statements.upsert, upsert),
    upsert: script(any, statements.upsert, upsert),
    read: script(any, statements.read, [operator, externalId]),
    event: script(any, statements.event, event),
  };
}

const operator = `'${operatorId}'`;
const externalId = `'player_' || lpad(:n::text, ${digits}, '0')`;
const idOf = (prefix: string) => `'${prefix}_' || lpad(to_hex(:r::bigint), 16, '0')`;
/** With a space after each colon, which would begin a variable. */
const json = (data: object) => `'${JSON.stringify(data).replaceAll('":', '": ')}'`;

function script([from, to]: readonly [number, number], statement: string, values: string[]): string {
  const text = values.reduce((sql, value, index) => sql.replaceAll(`$${index + 1}`, value), statement);
  return `\\set n random(${from}, ${to})\n\\set r random(1, 4000000000000000000)\n${text};\n`;
}
