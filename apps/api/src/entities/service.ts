import { mintId } from "@onehazel/crypto";
import { inTenant } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { CursorScope } from "../http/cursor.js";
import { ApiError, unavailable } from "../http/errors.js";
import { replay } from "../http/idempotency/remembered.js";
import { findLiveKey } from "../http/idempotency/repository.js";
import type { InputOf, TextReply } from "../http/operation.js";
import { parseInstant } from "../http/time.js";
import { checkEntity, requireTemplate } from "../templates/service.js";
import {
  changesCompleteBefore,
  type EntityWrite,
  findEntity,
  type ListedEntityRow,
  listChanges,
  listNewest,
  upsertEntity,
} from "./repository.js";
import { openEntity, sealEntity } from "./sealing.js";

type Entity = components["schemas"]["Entity"];
type EntityPage = components["schemas"]["EntityPage"];
type EntityUpsert = components["schemas"]["EntityUpsert"];

/** How often a write is prepared anew because its template changes under it. */
const attemptsMax = 4;

/** Throws `TEMPLATE_NOT_CONFIGURED` or `VALIDATION_FAILED`, unless the key remembers a reply: that one goes first. */
export async function upsert(context: Context<OperatorCredential>, body: EntityUpsert): Promise<TextReply> {
  const { idempotency } = context;
  let credential = context.credential;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    let write: EntityWrite;
    try {
      write = prepare(context, credential, body);
    } catch (refusal) {
      const remembered = await findRemembered(context);
      if (remembered !== undefined) return remembered;
      throw refusal;
    }
    const written = await upsertEntity(context.db, write);
    if (written?.outcome === "executed")
      return { status: written.status, text: written.reply, replayed: false };
    if (written !== undefined && idempotency !== undefined) return replay(written, idempotency);
    credential = await context.resolveAgain();
  }
  throw unavailable(new Error("the template kept changing"));
}

function prepare(
  context: Context<OperatorCredential>,
  credential: OperatorCredential,
  body: EntityUpsert,
): EntityWrite {
  const template = requireTemplate(credential.template);
  const { piiFields } = checkEntity(template, body.entityType, body.data);
  return {
    operatorId: credential.operatorId,
    id: mintId("ent"),
    externalId: body.externalId,
    entityType: body.entityType,
    templateRef: template.ref,
    idempotency: context.idempotency,
    ...sealEntity(context.keys.operator(credential), body.externalId, body.data, piiFields),
  };
}

async function findRemembered({ db, credential, idempotency }: Context<OperatorCredential>) {
  if (idempotency === undefined) return undefined;
  const scope = { operatorId: credential.operatorId };
  const row = await inTenant(db, scope, (tx) => findLiveKey(tx, scope, idempotency.keyHash));
  return row === undefined ? undefined : replay(row, idempotency);
}

/** PII in clear. Throws `ENTITY_NOT_FOUND`. */
export async function getEntity(context: Context<OperatorCredential>, externalId: string): Promise<Entity> {
  const { credential } = context;
  const row = await findEntity(context.db, credential.operatorId, externalId);
  if (row === undefined) throw entityNotFound();
  return {
    id: row.id,
    external_id: externalId,
    entity_type: row.entity_type,
    data: openEntity(context.keys.operator(credential), externalId, row.data, row.sealed) as Entity["data"],
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** PII as stored: each such field a ciphertext. */
export async function listEntities(
  { tx, credential, cursors }: TransactionContext<OperatorCredential>,
  { entityType, updatedSince, limit = 50, cursor }: InputOf<"listEntities">["query"],
): Promise<EntityPage> {
  const { operatorId } = credential;
  const scope: CursorScope = {
    operationId: "listEntities",
    tenantId: operatorId,
    filters: { entityType, updatedSince },
  };
  const page = { entityType, after: cursors.decode(scope, cursor), rowsMax: limit + 1 };
  let rows: ListedEntityRow[];
  if (updatedSince === undefined) {
    rows = await listNewest(tx, operatorId, page);
  } else {
    const since = parseInstant(updatedSince, "updatedSince");
    const before = await changesCompleteBefore(tx, operatorId);
    rows = await listChanges(tx, operatorId, { ...page, since, before });
  }
  const shown = rows.slice(0, limit);
  const found = rows[0]?.rows_found ?? 0;
  const last = found > shown.length ? shown.at(-1) : undefined;
  return {
    success: true,
    data: shown.map(present),
    nextCursor: last === undefined ? null : cursors.encode(scope, { at: last.position, id: last.id }),
  };
}

function present(row: ListedEntityRow): EntityPage["data"][number] {
  if (row.erased_at !== null) return { id: row.id, erased_at: row.erased_at.toISOString() };
  return {
    id: row.id,
    external_id: row.external_id ?? "",
    entity_type: row.entity_type ?? "",
    data: row.data as Entity["data"],
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** The same whether it never was, was erased, or is another tenant's. */
export function entityNotFound(): ApiError {
  return new ApiError("ENTITY_NOT_FOUND", "No entity has this externalId");
}
