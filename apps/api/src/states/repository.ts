import type { Database, TenantTransaction } from "@onehazel/db";
import type { IdempotencyRequest } from "../http/idempotency/request.js";
import type { WriteOutcome } from "../http/prepared-write.js";

const templateChangedState = "OH001";
const noEntityState = "OH002";

export interface StateWrite {
  readonly operatorId: string;
  readonly externalId: string;
  readonly stateKey: string;
  readonly value: unknown;
  readonly templateRef: string;
  /** The bytes to answer, now and at a repeat. */
  readonly reply: string;
  readonly idempotency: IdempotencyRequest | undefined;
}

/** Sets in one round trip; `missing` when there is no such entity, undefined when the template has changed. */
export async function upsertState(
  db: Database,
  write: StateWrite,
): Promise<WriteOutcome | "missing" | undefined> {
  const { idempotency } = write;
  try {
    const { rows } = await db.query(
      "set_state",
      "select * from set_state($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      [
        write.operatorId,
        write.externalId,
        write.stateKey,
        JSON.stringify(write.value),
        write.templateRef,
        write.reply,
        idempotency?.keyHash ?? null,
        idempotency?.fingerprint ?? null,
        idempotency?.masterKeyId ?? null,
      ],
    );
    return rows[0] as WriteOutcome;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === templateChangedState) return undefined;
    if (code === noEntityState) return "missing";
    throw error;
  }
}

export interface StateRow {
  readonly state_key: string;
  readonly value: unknown;
  readonly updated_at: Date;
}

export async function listStates(
  tx: TenantTransaction,
  operatorId: string,
  entityId: string,
): Promise<StateRow[]> {
  return tx("states")
    .where({ operator_id: operatorId, entity_id: entityId })
    .orderBy("state_key")
    .select("state_key", "value", "updated_at");
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
