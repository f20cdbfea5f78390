import { cutPage } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { noteAccess } from "../audit/service.js";
import { entityOf, requireEntityId } from "../entities/service.js";
import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential, TemplateVersion } from "../http/credential.js";
import { ApiError, type Fault } from "../http/errors.js";
import { instantOf } from "../http/formats.js";
import { isObject, objectOf } from "../http/json-object.js";
import type { CheckedUnder, InputOf, TextReply } from "../http/operation.js";
import { runPrepared } from "../http/prepared-write.js";
import { parseInstant } from "../http/time.js";
import { faultsOfCiphertext } from "../sealing/returned.js";
import { dataFor, sealData } from "../sealing/service.js";
import { checkEvent, faultsThrownBy, type RecordType, requireTemplate } from "../templates/service.js";
import { hourOfEventId, mintEventId } from "./event-id.js";
import {
  type EventRow,
  type EventWrite,
  findArchivedBefore,
  findEvent,
  insertEvent,
  listEvents,
} from "./repository.js";

type Event = components["schemas"]["Event"];
type EventPage = components["schemas"]["EventPage"];
type EventRecord = components["schemas"]["EventRecord"];

const dayMs = 86_400_000;
const pastMaxMs = 1_825 * dayMs;
const aheadMaxMs = 5 * 60_000;

/** Throws `ENTITY_NOT_FOUND`, `TEMPLATE_NOT_CONFIGURED` or `VALIDATION_FAILED`; a remembered reply goes before them. */
export function record(
  context: Context<OperatorCredential>,
  externalId: string,
  body: EventRecord,
): Promise<TextReply> {
  return runPrepared(context, {
    prepare: (credential) => prepareEvent(context, credential, { ...body, externalId }),
    write: (write) => insertEvent(context.db, write),
    about: entityOf(context, externalId),
  });
}

function prepareEvent(
  context: Context<OperatorCredential>,
  credential: OperatorCredential,
  event: EventRecord & { readonly externalId: string },
): EventWrite {
  const template = requireTemplate(credential.template);
  const { piiFields, occurredAt } = checkedEvent(template, credential.asOf, event);
  const id = mintEventId(occurredAt);
  const keys = context.keys.operator(credential);
  const stored = sealData(keys, { kind: "event", id }, event.data, piiFields);
  return {
    operatorId: credential.operatorId,
    externalId: event.externalId,
    id,
    eventType: event.eventType,
    data: stored.data,
    sealed: stored.sealed,
    masterKeyId: stored.masterKeyId,
    occurredAt,
    templateRef: template.ref,
    idempotency: context.idempotency,
    proof: credential.proof,
  };
}

/** Holds an event against its template and the database's clock. Throws `VALIDATION_FAILED` with every fault. */
export function checkedEvent(template: TemplateVersion, asOf: Date, event: EventRecord): CheckedEvent {
  const { eventType, data, occurredAt } = event;
  const ofTime = occurredAtFaults(occurredAt, asOf);
  const ofData = faultsOfCiphertext(data);
  const found = ofTime.length === 0 ? ofData : [...ofData, ...ofTime];
  const { piiFields } = checkEvent(template, eventType, data, found);
  return { piiFields, occurredAt: occurredAt === undefined ? asOf : parseInstant(occurredAt, "occurredAt") };
}

export type CheckedEvent = Pick<RecordType, "piiFields"> & { readonly occurredAt: Date };

/** What template and clock say of a body that has other faults. */
export function recordFaults(
  { template, asOf }: Pick<CheckedUnder, "template" | "asOf">,
  body: unknown,
): readonly Fault[] {
  const { eventType, data, occurredAt } = objectOf(body);
  const ofTime = occurredAtFaults(occurredAt, asOf);
  if (template === undefined || typeof eventType !== "string" || !isObject(data)) return ofTime;
  return [
    ...faultsThrownBy(() => checkEvent(template, eventType, data, faultsOfCiphertext(data))),
    ...ofTime,
  ];
}

/** That an event occurred too long ago or too far ahead; what is no moment is a fault of the form. */
function occurredAtFaults(text: unknown, asOf: Date): readonly Fault[] {
  const occurredAtMs = typeof text === "string" ? instantOf(text) : undefined;
  if (occurredAtMs === undefined) return noFaults;
  const aheadMs = occurredAtMs - asOf.getTime();
  if (aheadMs <= aheadMaxMs && aheadMs >= -pastMaxMs) return noFaults;
  return [{ field: "occurredAt", message: "must lie between 1825 days ago and 5 minutes ahead" }];
}

const noFaults: readonly Fault[] = [];

/** PII as stored. Throws `ENTITY_NOT_FOUND`. */
export async function listEntityEvents(
  context: TransactionContext<OperatorCredential>,
  externalId: string,
  query: InputOf<"listEvents">["query"],
): Promise<EventPage> {
  const { tx, credential, cursors } = context;
  const { operatorId } = credential;
  const { eventType, from, to, archived = false, limit = 50, cursor } = query;
  const scope = {
    operationId: "listEvents",
    tenantId: operatorId,
    filters: { externalId, eventType, from, to, archived },
  };
  const after = cursors.decode(scope, cursor);
  const entityId = await requireEntityId(tx, operatorId, externalId);
  const archivedBefore = await findArchivedBefore(tx, operatorId);
  if (archived && archivedBefore === undefined) return { success: true, data: [], nextCursor: null };
  const rows = await listEvents(tx, operatorId, entityId, {
    eventType,
    from: from === undefined ? undefined : parseInstant(from, "from"),
    to: to === undefined ? undefined : parseInstant(to, "to"),
    archived,
    archivedBefore,
    after,
    rowsMax: limit + 1,
  });
  const { shown, last } = cutPage(rows, limit);
  return {
    success: true,
    data: shown.map((row) => present(row, row.data)),
    nextCursor: last === undefined ? null : cursors.encode(scope, { at: last.position, id: last.id }),
  };
}

/** PII in clear, which leaves an access record, or as stored, as the credential may see it. Throws `ENTITY_NOT_FOUND` or `EVENT_NOT_FOUND`. */
export async function getEvent(
  context: TransactionContext<OperatorCredential>,
  externalId: string,
  eventId: string,
): Promise<Event> {
  const { tx, credential } = context;
  const entityId = await requireEntityId(tx, credential.operatorId, externalId);
  const hour = hourOfEventId(eventId);
  const row = hour && (await findEvent(tx, credential.operatorId, entityId, eventId, hour));
  if (row === undefined) throw new ApiError("EVENT_NOT_FOUND", "No such event of this entity");
  if (credential.opensPii) noteAccess(context, "event.read", row.id, entityId);
  return present(row, dataFor(context, { kind: "event", id: row.id }, row) as Event["data"]);
}

function present(row: EventRow, data: EventRow["data"]): Event {
  return {
    id: row.id,
    event_type: row.event_type,
    data: data as Event["data"],
    occurred_at: row.occurred_at.toISOString(),
    created_at: row.created_at.toISOString(),
  };
}
