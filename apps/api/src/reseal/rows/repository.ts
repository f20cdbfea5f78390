import type { TenantTransaction } from "@onehazel/db";
import type { JsonObject } from "../../sealing/service.js";

export type WalkStep = "entities" | "events";

/** A row to be sealed anew, locked for the rest of the transaction. */
export interface WalkRow {
  /** Its primary key after the operator, as text. */
  readonly key: readonly string[];
  /** What its ciphertexts are bound to: an entity's external id, an event's own. */
  readonly record_id: string;
  readonly type: string;
  readonly sealed: readonly string[];
  readonly master_key_id: string | null;
  /** Of its data only the fields that are PII by now, or sealed already. */
  readonly fields: JsonObject;
}

export interface Resealed {
  readonly key: readonly string[];
  /** The fields that change, and no others. */
  readonly patch: JsonObject;
  readonly sealed: readonly string[];
  readonly masterKeyId: string;
}

interface WalkTable {
  readonly table: string;
  readonly key: readonly (readonly [column: string, type: string])[];
  readonly typeColumn: string;
  readonly recordIdColumn: string;
  /** Whose data is still there to be sealed. */
  readonly living: string;
}

const tables: Readonly<Record<WalkStep, WalkTable>> = {
  entities: {
    table: "entities",
    key: [["id", "text"]],
    typeColumn: "entity_type",
    recordIdColumn: "external_id",
    living: "r.erased_at is null",
  },
  events: {
    table: "events",
    key: [
      ["occurred_at", "timestamptz"],
      ["id", "text"],
    ],
    typeColumn: "event_type",
    recordIdColumn: "id",
    living: `exists (
      select from entities e where e.operator_id = r.operator_id and e.id = r.entity_id and e.erased_at is null
    )`,
  },
};

/**
 * The master key that the ciphertext of a row's field names: `r` is the row, `s.field` the field. Null where there is no ciphertext: the
 * field is missing, or holds something else.
 */
export const ciphertextKeyId =
  "substring(r.data ->> s.field from '^v1[.]([A-Za-z0-9_-]{1,32})[.][A-Za-z0-9_-]{39,}$')";

const columnsOf = ({ key }: WalkTable) => key.map(([column]) => `r.${column}`).join(", ");
const placeOf = ({ key }: WalkTable) => `(${key.map(([, type]) => `?::${type}`).join(", ")})`;
/** The leading column by itself: the planner neither prunes partitions nor guesses well by a row of columns. */
const leadingOf = ({ key: [first] }: WalkTable, operator: ">=" | "<=") =>
  `r.${first?.[0]} ${operator} ?::${first?.[1]}`;
const leading = (key: readonly string[]) => key[0] as string;

/** The keys of the next rows, in their order: what one batch looks at. */
export async function listNextKeys(
  tx: TenantTransaction,
  operatorId: string,
  step: WalkStep,
  after: readonly string[] | null,
  rowsMax: number,
): Promise<string[][]> {
  const table = tables[step];
  const { rows } = await tx.raw(
    `select ${table.key.map(([column]) => `r.${column}::text as ${column}`).join(", ")}
     from ${table.table} r
     where r.operator_id = ?
       ${after === null ? "" : `and ${leadingOf(table, ">=")} and (${columnsOf(table)}) > ${placeOf(table)}`}
     order by ${columnsOf(table)}
     limit ?`,
    [operatorId, ...(after === null ? [] : [leading(after), ...after]), rowsMax],
  );
  return rows.map((row: Record<string, string>) => table.key.map(([column]) => row[column] as string));
}

/**
 * Those of the rows between two keys, both included, that hold PII in clear, ciphertext under another master key, or no ciphertext
 * where there has to be one.
 */
export async function lockStaleRows(
  tx: TenantTransaction,
  operatorId: string,
  step: WalkStep,
  range: { readonly first: readonly string[]; readonly last: readonly string[] },
  current: { readonly piiFields: Readonly<Record<string, readonly string[]>>; readonly masterKeyId: string },
): Promise<WalkRow[]> {
  const table = tables[step];
  const pii = `cast(? as jsonb) -> r.${table.typeColumn}`;
  const piiFields = JSON.stringify(current.piiFields);
  const { rows } = await tx.raw(
    `select
       array[${table.key.map(([column]) => `r.${column}::text`).join(", ")}] as key,
       r.${table.recordIdColumn} as record_id,
       r.${table.typeColumn} as type,
       r.sealed,
       r.master_key_id,
       (
         select coalesce(jsonb_object_agg(f.key, f.value), '{}')
         from jsonb_each(case jsonb_typeof(r.data) when 'object' then r.data else '{}' end) f
         where f.key = any (r.sealed) or jsonb_exists(${pii}, f.key)
       ) as fields
     from ${table.table} r
     where r.operator_id = ?
       and ${leadingOf(table, ">=")}
       and ${leadingOf(table, "<=")}
       and (${columnsOf(table)}) between ${placeOf(table)} and ${placeOf(table)}
       and ${table.living}
       and (
         r.master_key_id <> ?
         or exists (
           select from unnest(r.sealed) s (field) where ${ciphertextKeyId} is distinct from ?
         )
         or exists (
           select from jsonb_array_elements_text(${pii}) p (field)
           where jsonb_exists(r.data, p.field) and p.field <> all (r.sealed)
         )
       )
     order by ${columnsOf(table)}
     for no key update of r`,
    [
      piiFields,
      operatorId,
      leading(range.first),
      leading(range.last),
      ...range.first,
      ...range.last,
      current.masterKeyId,
      current.masterKeyId,
      piiFields,
    ],
  );
  return rows;
}

/** Changes the locked rows: nothing but the fields that were sealed anew. */
export async function updateRows(
  tx: TenantTransaction,
  operatorId: string,
  step: WalkStep,
  resealed: readonly Resealed[],
): Promise<void> {
  const { table, key } = tables[step];
  const records = resealed.map((row) => ({
    ...Object.fromEntries(key.map(([column], index) => [column, row.key[index]])),
    patch: row.patch,
    sealed: row.sealed,
    master_key_id: row.masterKeyId,
  }));
  await tx.raw(
    `update ${table} r
     set data = case u.patch when '{}' then r.data else r.data || u.patch end, sealed = u.sealed, master_key_id = u.master_key_id
     from jsonb_to_recordset(cast(? as jsonb)) as u (
       ${key.map(([column, type]) => `${column} ${type}`).join(", ")}, patch jsonb, sealed text[], master_key_id text
     )
     where r.operator_id = ? and ${key.map(([column]) => `r.${column} = u.${column}`).join(" and ")}`,
    [JSON.stringify(records), operatorId],
  );
}
