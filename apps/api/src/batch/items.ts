import type { OperatorKeys } from "@onehazel/crypto";
import type { TenantTransaction } from "@onehazel/db";
import { UnstorableItem } from "../http/batch-body.js";
import type { TemplateVersion } from "../http/credential.js";
import { ApiError, type Fault } from "../http/errors.js";
import { type SortedFaults, withFaults } from "../http/faults.js";
import { type ItemRefusal, type ItemValidator, itemRefusal, refusalOf } from "../http/item-validator.js";
import type { Turns } from "../http/turns.js";
import type { BatchRows } from "./repository.js";

/**
 * The parts in which batches differ. `Item` is what the schema makes of an item, `Checked` what the template adds, `Row` what
 * the item's function in the database takes.
 */
export interface BatchKind<Item, Checked, Row> {
  readonly type: "entities" | "events" | "states";
  readonly validator: ItemValidator;
  /** Of several items with one name the last is written; undefined where all are. */
  readonly nameOf: ((item: Item) => string) | undefined;
  /** Holds an item against the template. Throws `ApiError`. */
  readonly check: (item: Item, under: CheckedUnder) => Checked;
  /** The template's faults of an item that has other faults too, so that the report lists all of them. */
  readonly templateFaults: (item: unknown, under: CheckedUnder) => readonly Fault[];
  /** PII sealed. */
  readonly rowOf: (item: Item, checked: Checked, keys: OperatorKeys) => Row;
  /** Whether items are about entities that must be there already. */
  readonly needsEntity: boolean;
  /** One statement. Gives those of the external ids asked about that no entity has. */
  readonly write: (
    tx: TenantTransaction,
    operatorId: string,
    rows: BatchRows<Row>,
  ) => Promise<readonly string[]>;
}

/** What every item of a batch is checked against. */
export interface CheckedUnder {
  readonly template: TemplateVersion;
  readonly asOf: Date;
  readonly keys: OperatorKeys;
}

/** By index, why items are not stored. */
export type Refusals = ReadonlyMap<number, ItemRefusal>;

/** By index, the faults of items against the schema, which no template can change. */
export type Malformed = ReadonlyMap<number, SortedFaults>;

export interface PreparedItems<Row> extends BatchRows<Row> {
  /** Items rejected before the lookup of their entities. */
  readonly malformed: Refusals;
  /** Items that the template rejects. */
  readonly refused: Refusals;
}

/** More UTF-16 units than an external id can have. */
export const externalIdUnitsMax = 510;

/** Null when it is no string. */
export function externalIdOf(item: unknown): string | null {
  const externalId = (item as { externalId?: unknown } | null)?.externalId;
  return typeof externalId === "string" ? externalId : null;
}

/** Holds every item against the schema, which no template can change. */
export async function findMalformed(
  validator: ItemValidator,
  items: readonly unknown[],
  turns: Turns,
): Promise<Malformed> {
  const malformed = new Map<number, SortedFaults>();
  for (const [index, item] of items.entries()) {
    if (turns.isOver()) await turns.next();
    const faults = validator.check(item);
    if (faults !== undefined) malformed.set(index, faults);
  }
  return malformed;
}

/** Holds the well-formed items against the template, and seals those that will remain. */
export async function prepareItems<Item, Checked, Row>(
  kind: BatchKind<Item, Checked, Row>,
  items: readonly unknown[],
  malformed: Malformed,
  under: CheckedUnder,
  turns: Turns,
): Promise<PreparedItems<Row>> {
  const refused = new Map<number, ItemRefusal>();
  const unreadable = new Map<number, ItemRefusal>();
  const remaining = new Map<string | number, { readonly item: Item; readonly checked: Checked }>();
  for (const [index, any] of items.entries()) {
    if (turns.isOver()) await turns.next();
    const faults = malformed.get(index);
    if (faults !== undefined) {
      const value = any instanceof UnstorableItem ? any.value : any;
      unreadable.set(index, refusalOf(withFaults(faults, kind.templateFaults(value, under))));
      continue;
    }
    const item = any as Item;
    try {
      const checked = kind.check(item, under);
      remaining.set(kind.nameOf?.(item) ?? index, { item, checked });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refused.set(index, itemRefusal(error));
    }
  }
  const rows: Row[] = [];
  for (const { item, checked } of remaining.values()) {
    if (turns.isOver()) await turns.next();
    rows.push(kind.rowOf(item, checked, under.keys));
  }
  const isNamed = (index: number) => kind.needsEntity || malformed.has(index) || refused.has(index);
  return {
    templateRef: under.template.ref,
    rows,
    named: JSON.stringify(externalIdsOf(items.filter((_, index) => isNamed(index)))),
    malformed: unreadable,
    refused,
  };
}

function externalIdsOf(items: readonly unknown[]): string[] {
  const named = new Set<string>();
  for (const item of items) {
    const externalId = externalIdOf(item);
    if (externalId !== null && externalId.length <= externalIdUnitsMax) named.add(externalId);
  }
  return [...named];
}
