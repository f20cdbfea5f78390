import type { BatchEntityInput, BatchEventInput } from "@onehazel/sdk";
import { convert, type Mapping, ownPrefix } from "./mapping.js";
import type { Row } from "./rows.js";
import type { TimeReader } from "./times.js";

/** Why a row is not stored. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** Where in a row the parts of an item stand. */
export interface ItemOptions {
  readonly mapping: Mapping;
  /** The column of the externalId; without it `externalId` or `external_id`. */
  readonly id: string | undefined;
  /** The type of every row; without it a column says it. */
  readonly type: string | undefined;
  /** The column that holds the whole `data` as JSON. */
  readonly data: string | undefined;
  /** The column of an event's moment; without it `occurredAt` or `occurred_at`, if there is one. */
  readonly occurredAt: string | undefined;
  /** Reads that column. */
  readonly readTime: TimeReader;
}

/** A row as what the API takes, or the reason why that can't be. */
export type Prepared<Item> = { readonly row: Row } & (
  | {
      readonly item: Item;
      readonly type: string;
      /** What of its data the row has a place for, empty ones too. */
      readonly fields: readonly string[];
      readonly fault?: undefined;
    }
  | { readonly fault: Fault; readonly item?: undefined }
);

/** The parts of an item, taken out of a row. */
interface Parts {
  readonly externalId: string;
  readonly type: string;
  readonly occurredAt: string | undefined;
  readonly data: Record<string, unknown>;
  readonly fields: readonly string[];
}

/** Columns that say what a row is, where no option names another. */
export const usualColumns = {
  id: ["externalId", "external_id"],
  entityType: ["entityType", "entity_type"],
  eventType: ["eventType", "event_type"],
  occurredAt: ["occurredAt", "occurred_at"],
} as const;

export function prepareEntity(row: Row, options: ItemOptions): Prepared<BatchEntityInput> {
  return prepare(row, options, usualColumns.entityType, ({ externalId, type, data }) => ({
    entityType: type,
    externalId,
    data,
  }));
}

export function prepareEvent(row: Row, options: ItemOptions): Prepared<BatchEventInput> {
  return prepare(row, options, usualColumns.eventType, ({ externalId, type, occurredAt, data }) => ({
    externalId,
    eventType: type,
    data,
    ...(occurredAt === undefined ? {} : { occurredAt }),
  }));
}

function prepare<Item>(
  row: Row,
  options: ItemOptions,
  typeColumns: readonly string[],
  itemOf: (parts: Parts) => Item,
): Prepared<Item> {
  if (row.broken) return { row, fault: { code: "UNREADABLE", message: row.broken.message } };
  try {
    const parts = partsOf(row.record ?? {}, options, typeColumns);
    return { row, item: itemOf(parts), type: parts.type, fields: parts.fields };
  } catch (error) {
    if (error instanceof RangeError)
      return { row, fault: { code: "VALIDATION_FAILED", message: error.message } };
    throw error;
  }
}

function partsOf(
  record: Readonly<Record<string, unknown>>,
  { mapping, id, type, data: dataColumn, occurredAt, readTime }: ItemOptions,
  typeColumns: readonly string[],
): Parts {
  const idColumn = column(record, id, usualColumns.id);
  const typeColumn = type === undefined ? column(record, undefined, typeColumns) : undefined;
  const timeColumn = column(record, occurredAt, usualColumns.occurredAt);
  const parts = {
    externalId: text(record, idColumn, "external id"),
    type: type ?? text(record, typeColumn, "type"),
    occurredAt: timeColumn === undefined ? undefined : moment(record[timeColumn], timeColumn, readTime),
  };
  const whole = dataColumn ?? (isObject(record.data) ? "data" : undefined);
  const source = whole === undefined ? record : wholeData(record[whole], whole);
  // A column that is asked for as a field by --map is one as well as what it says else.
  const own = whole === undefined ? new Set([idColumn, typeColumn, timeColumn]) : new Set<string>();
  const data: Record<string, unknown> = Object.create(null);
  const fields: string[] = [];
  for (const [name, value] of Object.entries(source)) {
    if (own.has(name) && !mapping.get(name)) continue;
    // A failed row's reasons stand beside its columns, never inside a whole `data`.
    if (whole === undefined && name.startsWith(ownPrefix)) continue;
    const mapped = mapping.has(name) ? mapping.get(name) : { field: name, type: "string" as const };
    if (mapped === undefined) continue;
    fields.push(mapped.field);
    if (value !== undefined) data[mapped.field] = converted(value, mapped.type, name);
  }
  return { ...parts, data, fields };
}

function column(
  record: Readonly<Record<string, unknown>>,
  given: string | undefined,
  usual: readonly string[],
): string | undefined {
  return given ?? usual.find((name) => Object.hasOwn(record, name));
}

function text(record: Readonly<Record<string, unknown>>, name: string | undefined, what: string): string {
  const value = name === undefined ? undefined : record[name];
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (typeof value === "string" && value !== "") return value;
  throw new RangeError(name === undefined ? `No column holds the ${what}` : `The column "${name}" is empty`);
}

/** Without a check of when it is: the server knows what time it is. */
function moment(value: unknown, name: string, readTime: TimeReader): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" && typeof value !== "number")
    throw new RangeError(`The column "${name}" is no time`);
  return inColumn(name, () => readTime(value));
}

function wholeData(value: unknown, name: string): Record<string, unknown> {
  const data = converted(value, "json", name);
  if (isObject(data)) return data;
  throw new RangeError(`The column "${name}" is no JSON object`);
}

function converted(value: unknown, type: Parameters<typeof convert>[1], name: string): unknown {
  return inColumn(name, () => convert(value, type));
}

/** What is wrong with a value, as a sentence about its column. */
function inColumn<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`The column "${name}" ${error.message}`);
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
