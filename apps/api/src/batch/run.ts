import { mintId } from "@onehazel/crypto";
import { inTenant, isStaleCall, type WriteOutcome } from "@onehazel/db";
import { entityNotFound } from "../entities/service.js";
import type { Context } from "../http/context.js";
import { type OperatorCredential, tenantOf } from "../http/credential.js";
import { replay } from "../http/idempotency/remembered.js";
import { claimKey, rememberReply } from "../http/idempotency/repository.js";
import { itemRefusal } from "../http/item-validator.js";
import type { TextReply } from "../http/operation.js";
import { runPrepared } from "../http/prepared-write.js";
import { requireTemplate } from "../templates/service.js";
import { withoutErasedNames, withoutHiddenInReply } from "./erased.js";
import { type BatchKind, externalIdOf, findMalformed, type PreparedItems, prepareItems } from "./items.js";
import { findLiveBatch } from "./reports/repository.js";
import { type BatchError, insertJob } from "./repository.js";

/**
 * Stores the valid items of a batch and reports the others. Items, job and stored response commit together. If the Idempotency-Key has a
 * stored response, returns that and does nothing else. Throws `TEMPLATE_NOT_CONFIGURED`.
 */
export async function runBatch<Item, Checked, Row>(
  context: Context<OperatorCredential>,
  kind: BatchKind<Item, Checked, Row>,
  items: readonly unknown[],
): Promise<TextReply> {
  const replayed = await findReplay(context);
  if (replayed !== undefined) return replayed;
  requireTemplate(context.credential.template);
  const { turns } = context;
  const malformed = await findMalformed(kind.validator, items, turns);
  return runPrepared(context, {
    prepare: (credential) =>
      prepareItems(
        kind,
        items,
        malformed,
        {
          template: requireTemplate(credential.template),
          asOf: credential.asOf,
          keys: context.keys.operator(credential),
        },
        turns,
      ),
    write: (prepared) => commit(context, kind, items, prepared),
  });
}

async function commit<Item, Checked, Row>(
  context: Context<OperatorCredential>,
  kind: BatchKind<Item, Checked, Row>,
  items: readonly unknown[],
  prepared: PreparedItems<Row>,
): Promise<WriteOutcome> {
  const { db, credential, idempotency, checkReply } = context;
  const { operatorId } = credential;
  try {
    return await inTenant(db.for(tenantOf(credential), "batch"), { operatorId }, async (tx) => {
      if (idempotency && (await claimKey(tx, { operatorId }, idempotency)) !== undefined) {
        const live = await findLiveBatch(tx, operatorId, idempotency.keyHash);
        // Undefined if the key has expired since: the next attempt claims it.
        return live === undefined
          ? { outcome: "stale" }
          : { outcome: "remembered", ...withoutHiddenInReply(live) };
      }
      const missing = new Set(await kind.write(tx, operatorId, prepared));
      const report = reportOf(items, missing, prepared);
      const errors = await withoutErasedNames(context, tx, report);
      const job = {
        id: mintId("job"),
        total: items.length,
        succeeded: items.length - errors.length,
        failed: errors.length,
        errors,
      };
      await insertJob(tx, operatorId, { ...job, type: kind.type, keyHash: idempotency?.keyHash });
      const { id: jobId, succeeded, failed } = job;
      const text = JSON.stringify({ success: true, data: { jobId, succeeded, failed, errors } });
      await checkReply({ status: 200, text });
      if (idempotency) await rememberReply(tx, { operatorId }, idempotency.keyHash, { status: 200, text });
      return { outcome: "executed", status: 200, reply: text };
    });
  } catch (error) {
    if (isStaleCall(error)) return { outcome: "stale" };
    throw error;
  }
}

/** The stored response of the request's Idempotency-Key, without the external ids of entities erased since. */
async function findReplay({
  db,
  credential: { operatorId },
  idempotency,
}: Context<OperatorCredential>): Promise<TextReply | undefined> {
  if (idempotency === undefined) return undefined;
  const row = await inTenant(db, { operatorId }, (tx) => findLiveBatch(tx, operatorId, idempotency.keyHash));
  return row === undefined ? undefined : replay(withoutHiddenInReply(row), idempotency);
}

/** In the order in which a single request is refused: its form, then the entity, then the template. */
function reportOf(
  items: readonly unknown[],
  missing: ReadonlySet<string>,
  { malformed, refused }: Pick<PreparedItems<unknown>, "malformed" | "refused">,
): BatchError[] {
  const unknownEntity = itemRefusal(entityNotFound());
  return items.flatMap((item, index) => {
    const externalId = externalIdOf(item);
    const isMissing = externalId !== null && missing.has(externalId);
    const refusal = malformed.get(index) ?? (isMissing ? unknownEntity : refused.get(index));
    return refusal === undefined ? [] : [{ index, externalId, ...refusal }];
  });
}
