import type { BatchEntityInput, BatchEventInput, OneHazel } from "@onehazel/sdk";
import { type ItemOptions, type Prepared, prepareEntity, prepareEvent, usualColumns } from "./items.js";
import { entitiesLoad, eventsLoad, type Load } from "./load.js";
import type { Row } from "./rows.js";
import type { SegmentBounds } from "./segments.js";
import type { Checkable } from "./template.js";

/** What tells the import of entities from that of events. */
export interface Kind<Item extends object> {
  readonly name: "entities" | "events";
  readonly types: "entity_types" | "event_types";
  /** Where a row says its type, if no option does. */
  readonly typeColumns: readonly string[];
  readonly prepare: (row: Row, options: ItemOptions) => Prepared<Item>;
  readonly partsOf: (item: Item) => Checkable;
  readonly load: (client: OneHazel) => Load<Item>;
  readonly bounds: SegmentBounds;
}

// A load has four lanes: so many rows that each lane fills its batches and seldom needs one more for a rest. Two segments are
// held at once, so few enough bytes.
const bytesMax = 16 * 1_048_576;
export const entities: Kind<BatchEntityInput> = {
  name: "entities",
  types: "entity_types",
  typeColumns: usualColumns.entityType,
  prepare: prepareEntity,
  partsOf: ({ externalId, entityType, data }) => ({
    externalId,
    type: entityType,
    data: data as Checkable["data"],
  }),
  load: entitiesLoad,
  bounds: { rowsMax: 15_000, bytesMax },
};
export const events: Kind<BatchEventInput> = {
  name: "events",
  types: "event_types",
  typeColumns: usualColumns.eventType,
  prepare: prepareEvent,
  partsOf: ({ externalId, eventType, data, occurredAt }) => ({
    externalId,
    type: eventType,
    data: data as Checkable["data"],
    occurredAt,
  }),
  load: eventsLoad,
  bounds: { rowsMax: 38_000, bytesMax },
};
