import {
  type CredentialProof,
  callHotWrite,
  type Database,
  type PagedRow,
  type TenantTransaction,
  type WriteOutcome,
  withinBytes,
} from "@onehazel/db";
import type { IdempotencyRequest } from "../http/idempotency/request.js";

export interface StateWrite {
  readonly operatorId: string;
  readonly externalId: string;
  readonly stateKey: string;
  readonly value: unknown;
  readonly templateRef: string;
  /** The bytes to answer, now and at a repeat. */
  readonly reply: string;
  readonly idempotency: IdempotencyRequest | undefined;
  readonly proof: CredentialProof | undefined;
}

/** Sets in one round trip. */
export function upsertState(db: Database, write: StateWrite): Promise<WriteOutcome> {
  const { operatorId, externalId, stateKey, value, templateRef, reply } = write;
  const values = [operatorId, externalId, stateKey, JSON.stringify(value), templateRef, reply];
  return callHotWrite(db, "set_state", values, write);
}

export interface StateRow {
  readonly state_key: string;
  readonly value: unknown;
  readonly updated_at: Date;
}

/** By key, those after `after`. */
export async function listStates(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<(StateRow & PagedRow)[]> {
  const { rows } = await tx.raw(
    withinBytes(
      `select state_key, value, updated_at
       from states
       where operator_id = ? and entity_id = ? and state_key > ?
       order by state_key
       limit ?`,
      "value",
    ),
    [operatorId, entityId, page.after ?? "", page.rowsMax],
  );
  return rows;
}

export async function findState(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
  stateKey: string,
): Promise<StateRow | undefined> {
  return tx("states")
    .where({ operator_id: operatorId, entity_id: entityId, state_key: stateKey })
    .first("state_key", "value", "updated_at");
}
