import { mintId, type SealedRecord } from "@onehazel/crypto";
import { cutPage, instantText, inTenant, type TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { noteAccess } from "../audit/service.js";
import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { whileCurrent } from "../http/current-credential.js";
import type { CursorScope } from "../http/cursor.js";
import { ApiError, type Fault } from "../http/errors.js";
import { isObject, objectOf } from "../http/json-object.js";
import type { CheckedUnder, InputOf, TextReply } from "../http/operation.js";
import { type PreparedWrite, runPrepared } from "../http/prepared-write.js";
import { parseInstant } from "../http/time.js";
import { decryptReturned } from "../sealing/returned.js";
import { dataFor, sealData } from "../sealing/service.js";
import { checkEntity, faultsThrownBy, requireTemplate } from "../templates/service.js";
import {
  type ChangesPage,
  changesCompleteBefore,
  type EntityWrite,
  findEntity,
  findEntityId,
  type ListedEntityRow,
  listChanges,
  listNewest,
  upsertEntity,
} from "./repository.js";

type Entity = components["schemas"]["Entity"];
type EntityPage = components["schemas"]["EntityPage"];
type EntityUpsert = components["schemas"]["EntityUpsert"];

/** Throws `TEMPLATE_NOT_CONFIGURED` or `VALIDATION_FAILED`, unless the key remembers a reply: that one goes first. */
export function upsert(context: Context<OperatorCredential>, body: EntityUpsert): Promise<TextReply> {
  return runPrepared(context, {
    prepare: (credential) => prepare(context, credential, body),
    write: (write) => upsertEntity(context.db, write),
  });
}

function prepare(
  context: Context<OperatorCredential>,
  credential: OperatorCredential,
  body: EntityUpsert,
): EntityWrite {
  const template = requireTemplate(credential.template);
  const keys = context.keys.operator(credential);
  const { data, faults } = decryptReturned(keys, body.externalId, body.data);
  const { piiFields } = checkEntity(template, body.entityType, data, faults);
  const stored = sealData(keys, entityRecord(body.externalId), data, piiFields);
  return {
    operatorId: credential.operatorId,
    id: mintId("ent"),
    externalId: body.externalId,
    entityType: body.entityType,
    data: stored.data,
    sealed: stored.sealed,
    masterKeyId: stored.masterKeyId,
    templateRef: template.ref,
    idempotency: context.idempotency,
    proof: credential.proof,
  };
}

/** The template's faults of a body that has other faults too. */
export function upsertFaults(
  { template, keys }: Pick<CheckedUnder, "template" | "keys">,
  body: unknown,
): readonly Fault[] {
  const { entityType, externalId, data } = objectOf(body);
  if (template === undefined || typeof entityType !== "string" || !isObject(data)) return [];
  return faultsThrownBy(() => {
    const returned = typeof externalId === "string" ? decryptReturned(keys, externalId, data) : undefined;
    checkEntity(template, entityType, returned?.data ?? data, returned?.faults);
  });
}

/** PII in clear, which leaves an access record, or as stored, as the credential may see it. Throws `ENTITY_NOT_FOUND`. */
export async function getEntity(context: Context<OperatorCredential>, externalId: string): Promise<Entity> {
  const { credential } = context;
  const row = await whileCurrent(context, (current) => findEntity(context.db, current, externalId));
  if (row === undefined) throw entityNotFound();
  if (credential.opensPii) noteAccess(context, "entity.read", row.id);
  return {
    id: row.id,
    external_id: externalId,
    entity_type: row.entity_type,
    data: dataFor(context, entityRecord(externalId), row) as Entity["data"],
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
  const rows =
    updatedSince === undefined
      ? await listNewest(tx, operatorId, page)
      : await findChanges(tx, operatorId, { ...page, since: parseInstant(updatedSince, "updatedSince") });
  const { shown, last } = cutPage(rows, limit);
  return {
    success: true,
    data: shown.map(present),
    nextCursor: last === undefined ? null : cursors.encode(scope, { at: last.position, id: last.id }),
  };
}

async function findChanges(
  tx: TenantTransaction,
  operatorId: string,
  page: Omit<ChangesPage, "before">,
): Promise<ListedEntityRow[]> {
  const before = await changesCompleteBefore(tx, operatorId);
  return listChanges(tx, operatorId, { ...page, before });
}

function present(row: ListedEntityRow): EntityPage["data"][number] {
  if (row.erased_at_ms !== null) return { id: row.id, erased_at: instantText(row.erased_at_ms) };
  return {
    id: row.id,
    external_id: row.external_id ?? "",
    entity_type: row.entity_type ?? "",
    data: row.data as Entity["data"],
    created_at: instantText(row.created_at_ms),
    updated_at: instantText(row.updated_at_ms),
  };
}

/** Throws `ENTITY_NOT_FOUND`. */
export async function requireEntityId(
  tx: TenantTransaction,
  operatorId: string,
  externalId: string,
): Promise<string> {
  const id = await findEntityId(tx, operatorId, externalId);
  if (id === undefined) throw entityNotFound();
  return id;
}

/** The entity that a hot write is about. */
export function entityOf(
  { db, credential: { operatorId } }: Context<OperatorCredential>,
  externalId: string,
): NonNullable<PreparedWrite<unknown>["about"]> {
  return {
    notFound: entityNotFound,
    require: () => inTenant(db, { operatorId }, (tx) => requireEntityId(tx, operatorId, externalId)),
  };
}

function entityRecord(externalId: string): SealedRecord {
  return { kind: "entity", externalId };
}

/** The same whether it never was, was erased, or is another tenant's. */
export function entityNotFound(): ApiError {
  return new ApiError("ENTITY_NOT_FOUND", "No entity has this externalId");
}
