import { mintId } from "@onehazel/crypto";
import { inTenant, isStaleCall, type WriteOutcome } from "@onehazel/db";
import { entityNotFound } from "../entities/service.js";
import type { Context } from "../http/context.js";
import { type OperatorCredential, tenantOf } from "../http/credential.js";
import { claimKey, rememberReply } from "../http/idempotency/repository.js";
import { itemRefusal } from "../http/item-validator.js";
import type { TextReply } from "../http/operation.js";
import { findRemembered, runPrepared } from "../http/prepared-write.js";
import { requireTemplate } from "../templates/service.js";
import { type BatchKind, externalIdOf, findMalformed, type PreparedItems, prepareItems } from "./items.js";
import { type BatchError, insertJob } from "./repository.js";

/**
 * Stores what is good of a batch and reports the rest. Items, job and remembered reply commit together; a remembered reply
 * goes before all work. Throws `TEMPLATE_NOT_CONFIGURED`.
 */
export async function runBatch<Item, Checked, Row>(
  context: Context<OperatorCredential>,
  kind: BatchKind<Item, Checked, Row>,
  items: readonly unknown[],
): Promise<TextReply> {
  const remembered = await findRemembered(context);
  if (remembered !== undefined) return remembered;
  requireTemplate(context.credential.template);
  const tenant = tenantOf(context.credential);
  const malformed = await findMalformed(kind.validator, items, tenant);
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
        tenant,
      ),
    write: (prepared) => commit(context, kind, items, prepared),
  });
}

async function commit<Item, Checked, Row>(
  { db, credential, idempotency, checkReply }: Context<OperatorCredential>,
  kind: BatchKind<Item, Checked, Row>,
  items: readonly unknown[],
  prepared: PreparedItems<Row>,
): Promise<WriteOutcome> {
  const { operatorId } = credential;
  try {
    return await inTenant(db, { operatorId }, async (tx) => {
      const remembered = idempotency && (await claimKey(tx, { operatorId }, idempotency));
      if (remembered !== undefined) return { outcome: "remembered", ...remembered };
      const missing = new Set(await kind.write(tx, operatorId, prepared));
      const errors = reportOf(items, missing, prepared);
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
