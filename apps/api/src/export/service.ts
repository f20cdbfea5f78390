import type { OperatorKeys } from "@onehazel/crypto";
import { inTenant, type TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { audit } from "../audit/service.js";
import { entityNotFound } from "../entities/service.js";
import type { Context } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { openData } from "../sealing/service.js";
import {
  beforeAllEvents,
  type EventRow,
  findSubject,
  isErased,
  listEventsAfter,
  listStatesAfter,
  type StateRow,
  type SubjectRow,
} from "./repository.js";

type Call = Context<OperatorCredential>;
type Line = components["schemas"]["ExportLine"];

/**
 * Everything that is stored about one entity, in clear: itself, its states by key, its events oldest first. That it is asked
 * for is in the audit log before this resolves. The lines come in pages, each a short transaction of its own, so that a slow
 * reader holds no connection. That makes it no snapshot; but events recorded after the start are left out, so that it ends. The
 * last line says that nothing is missing. Throws `ENTITY_NOT_FOUND`; the lines throw it when the entity is erased meanwhile.
 */
export async function exportEntity(context: Call, externalId: string): Promise<AsyncIterable<Line>> {
  const { db, credential } = context;
  const { operatorId } = credential;
  const subject = await inTenant(db, { operatorId }, async (tx) => {
    const found = await findSubject(tx, operatorId, externalId);
    if (found === undefined) throw entityNotFound();
    await audit({ ...context, tx }, { action: "entity.export", targetId: found.id });
    return found;
  });
  return linesOf(context, subject);
}

async function* linesOf(context: Call, subject: SubjectRow): AsyncGenerator<Line> {
  const { operatorId } = context.credential;
  const { id, as_of: recordedBy } = subject;
  const keys = context.keys.operator(context.credential);
  yield entityLine(keys, subject);
  const states = rowsOf<StateRow>(context, id, (tx, last) =>
    listStatesAfter(tx, operatorId, id, last?.state_key ?? ""),
  );
  const counts = { states: 0, events: 0 };
  for await (const row of states) {
    counts.states += 1;
    yield stateLine(row);
  }
  const events = rowsOf<EventRow>(context, id, (tx, last) => {
    const after = last === undefined ? beforeAllEvents : { at: last.position, id: last.id };
    return listEventsAfter(tx, operatorId, id, after, recordedBy);
  });
  for await (const row of events) {
    counts.events += 1;
    yield eventLine(keys, row);
  }
  yield { type: "end", ...counts };
}

/** All rows, a page at a time. */
async function* rowsOf<Row>(
  context: Call,
  entityId: string,
  listAfter: (tx: TenantTransaction, last: Row | undefined) => Promise<Row[]>,
): AsyncGenerator<Row> {
  let last: Row | undefined;
  do {
    const after = last;
    const page = await livingPage(context, entityId, (tx) => listAfter(tx, after));
    yield* page;
    last = page.at(-1);
  } while (last !== undefined);
}

/** One page, none of it read after the entity's erasure. */
async function livingPage<Row>(
  { db, credential: { operatorId } }: Call,
  entityId: string,
  list: (tx: TenantTransaction) => Promise<Row[]>,
): Promise<Row[]> {
  return inTenant(db, { operatorId }, async (tx) => {
    const page = await list(tx);
    // Asked after the page was read: an erasure that is not seen here had not touched it.
    if (await isErased(tx, operatorId, entityId)) throw entityNotFound();
    return page;
  });
}

function entityLine(keys: OperatorKeys, row: SubjectRow): Line {
  const data = openData(keys, { kind: "entity", externalId: row.external_id }, row.data, row.sealed);
  return {
    type: "entity",
    id: row.id,
    external_id: row.external_id,
    entity_type: row.entity_type,
    data: data as Record<string, never>,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function stateLine(row: StateRow): Line {
  return {
    type: "state",
    state_key: row.state_key,
    value: row.value as never,
    updated_at: row.updated_at.toISOString(),
  };
}

function eventLine(keys: OperatorKeys, row: EventRow): Line {
  const data = openData(keys, { kind: "event", id: row.id }, row.data, row.sealed);
  return {
    type: "event",
    id: row.id,
    event_type: row.event_type,
    data: data as Record<string, never>,
    occurred_at: row.occurred_at.toISOString(),
    created_at: row.created_at.toISOString(),
  };
}
