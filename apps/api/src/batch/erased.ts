import { hash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TenantTransaction } from "@onehazel/db";
import { listExternalIdHashes } from "../erasures/service.js";
import type { Context } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { RememberedRow } from "../http/idempotency/remembered.js";
import { externalIdUnitsMax } from "./items.js";
import { beginReport, listErasedNames } from "./reports/repository.js";
import type { BatchError } from "./repository.js";

/** How many names are hashed before other requests run; takes a few milliseconds. */
const namesAtOnce = 1_000;

/**
 * Replaces the external ids of erased entities with null in a report that is about to be stored, unless a living entity now has the
 * id. Erasures that commit later find the report by its hashes.
 */
export async function withoutErasedNames(
  { keys, credential }: Context<OperatorCredential>,
  tx: TenantTransaction,
  errors: readonly BatchError[],
): Promise<readonly BatchError[]> {
  if (errors.length === 0 || !(await beginReport(tx, credential.operatorId))) return errors;
  const named = { names: [] as string[], hashes: [] as Buffer[] };
  const names = new Set(errors.map(({ externalId }) => externalId));
  let count = 0;
  for (const name of names) {
    if (name === null || !isPossible(name)) continue;
    count += 1;
    // Does not wait for the tenant's turn: the transaction holds a connection, and erasures wait for it.
    if (count % namesAtOnce === 0) await nextTurn();
    for (const hashed of listExternalIdHashes(keys, credential, name)) {
      named.names.push(name);
      named.hashes.push(hashed);
    }
  }
  const erased = new Set(await listErasedNames(tx, credential.operatorId, named));
  return erased.size === 0 ? errors : hide(errors, (name) => erased.has(name));
}

/** Replaces external ids whose SHA-256 is in `hidden` with null. */
export function withoutHidden(
  errors: readonly BatchError[],
  hidden: readonly Buffer[],
): readonly BatchError[] {
  if (hidden.length === 0) return errors;
  const hashes = new Set(hidden.map((subject) => subject.toString("hex")));
  return hide(errors, (name) => hashes.has(hash("sha256", name)));
}

/** Returns a batch's stored response the way running erasures will leave it. */
export function withoutHiddenInReply<Row extends RememberedRow & { readonly hidden: readonly Buffer[] }>(
  row: Row,
): Row {
  if (row.hidden.length === 0 || row.reply === null) return row;
  const body = JSON.parse(row.reply);
  // `JSON.stringify` wrote the stored text, so the rest of it stays the same when written again.
  const errors = withoutHidden(body.data.errors, row.hidden);
  return { ...row, reply: JSON.stringify({ ...body, data: { ...body.data, errors } }) };
}

function hide(errors: readonly BatchError[], isHidden: (name: string) => boolean): BatchError[] {
  return errors.map((error) =>
    error.externalId !== null && isHidden(error.externalId) ? { ...error, externalId: null } : error,
  );
}

/** Whether an entity can have had this external id. PostgreSQL accepts no other text as a parameter. */
function isPossible(name: string): boolean {
  return name.length <= externalIdUnitsMax && !name.includes("\0") && name.isWellFormed();
}
