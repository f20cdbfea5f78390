import { mintId } from "@onehazel/crypto";
import type { components } from "@onehazel/spec";
import { upsertFaults } from "../entities/service.js";
import { mintEventId } from "../events/event-id.js";
import { type CheckedEvent, checkedEvent, recordFaults } from "../events/service.js";
import type { Context } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ItemValidator } from "../http/item-validator.js";
import { objectOf } from "../http/json-object.js";
import type { TextReply } from "../http/operation.js";
import { decryptReturned } from "../sealing/returned.js";
import { type JsonObject, sealData } from "../sealing/service.js";
import { checkEntity, checkStateKey, type RecordType, stateKeyFaults } from "../templates/service.js";
import type { BatchKind } from "./items.js";
import { type EntityRow, insertEvents, upsertEntities, upsertStates } from "./repository.js";
import { runBatch } from "./run.js";

export { deleteBatchJob, getBatchJob, listBatchJobs } from "./jobs.js";

type EntityItem = components["schemas"]["EntityUpsert"];
type EventItem = components["schemas"]["BatchEvent"];
type StateItem = components["schemas"]["BatchState"];

type CheckedEntity = Pick<RecordType, "piiFields"> & { readonly data: JsonObject };

const entities: BatchKind<EntityItem, CheckedEntity, EntityRow> = {
  type: "entities",
  validator: new ItemValidator("batchEntities"),
  nameOf: ({ externalId }) => externalId,
  check: (item, { template, keys }) => {
    const { data, faults } = decryptReturned(keys, item.externalId, item.data);
    const { piiFields } = checkEntity(template, item.entityType, data, faults);
    return { piiFields, data };
  },
  templateFaults: (body, { template, keys }) => upsertFaults({ template, keys }, body),
  rowOf: ({ externalId, entityType }, { piiFields, data }, keys) => {
    const stored = sealData(keys, { kind: "entity", externalId }, data, piiFields);
    const { sealed, masterKeyId } = stored;
    const text = JSON.stringify(stored.data);
    return { id: mintId("ent"), externalId, entityType, data: text, sealed, masterKeyId };
  },
  needsEntity: false,
  write: upsertEntities,
};

const events: BatchKind<EventItem, CheckedEvent, string> = {
  type: "events",
  validator: new ItemValidator("batchEvents"),
  nameOf: undefined,
  check: (item, { template, asOf }) => checkedEvent(template, asOf, item),
  templateFaults: (body, { template, asOf }) => recordFaults({ template, asOf }, body),
  rowOf: ({ externalId, eventType, data }, { piiFields, occurredAt }, keys) => {
    const id = mintEventId(occurredAt);
    const sealed = sealData(keys, { kind: "event", id }, data, piiFields);
    return JSON.stringify({
      external_id: externalId,
      id,
      event_type: eventType,
      data: sealed.data,
      sealed: sealed.sealed,
      master_key_id: sealed.masterKeyId,
      occurred_at: occurredAt,
    });
  },
  needsEntity: true,
  write: insertEvents,
};

const states: BatchKind<StateItem, void, string> = {
  type: "states",
  validator: new ItemValidator("batchStates"),
  // Neither part holds a NUL, so the pair cannot be read two ways.
  nameOf: ({ externalId, stateKey }) => `${externalId}\0${stateKey}`,
  check: ({ stateKey }, { template }) => checkStateKey(template, stateKey),
  templateFaults: (body, { template }) => stateKeyFaults(template, objectOf(body).stateKey, "stateKey"),
  rowOf: ({ externalId, stateKey, value }) =>
    JSON.stringify({ external_id: externalId, state_key: stateKey, value }),
  needsEntity: true,
  write: upsertStates,
};

type Call = Context<OperatorCredential>;

/**
 * Stores the good ones of up to 1,000 entities and reports the others; of several with one `externalId` the last remains.
 * Throws `TEMPLATE_NOT_CONFIGURED`; a remembered reply goes before it.
 */
export function batchEntities(context: Call, items: readonly unknown[]): Promise<TextReply> {
  return runBatch(context, entities, items);
}

/** Records the good ones of up to 5,000 events and reports the others. Throws as `batchEntities` does. */
export function batchEvents(context: Call, items: readonly unknown[]): Promise<TextReply> {
  return runBatch(context, events, items);
}

/**
 * Sets the good ones of up to 1,000 states and reports the others; of several with one `externalId` and `stateKey` the last
 * remains. Throws as `batchEntities` does.
 */
export function batchStates(context: Call, items: readonly unknown[]): Promise<TextReply> {
  return runBatch(context, states, items);
}
