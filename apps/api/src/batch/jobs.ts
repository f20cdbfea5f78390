import { isId } from "@onehazel/crypto";
import { cutPage } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ApiError } from "../http/errors.js";
import type { InputOf } from "../http/operation.js";
import { withoutHidden } from "./erased.js";
import { deleteJob } from "./reports/repository.js";
import { findJob, type JobRow, listJobs } from "./repository.js";

type Call = TransactionContext<OperatorCredential>;
type BatchJob = components["schemas"]["BatchJob"];
type BatchJobPage = components["schemas"]["BatchJobPage"];

/** Throws `JOB_NOT_FOUND`. */
export async function getBatchJob({ tx, credential }: Call, jobId: string): Promise<BatchJob> {
  const row = isId("job", jobId) ? await findJob(tx, credential.operatorId, jobId) : undefined;
  if (row === undefined) throw jobNotFound();
  return present(row);
}

/** Newest first. A page ends early when its errors are long, so only `nextCursor` says where the list ends. */
export async function listBatchJobs(
  { tx, credential, cursors }: Call,
  { limit = 50, cursor }: InputOf<"listBatchJobs">["query"],
): Promise<BatchJobPage> {
  const { operatorId } = credential;
  const scope = { operationId: "listBatchJobs", tenantId: operatorId, filters: {} };
  const after = cursors.decode(scope, cursor);
  const rows = await listJobs(tx, operatorId, { after, rowsMax: limit + 1 });
  const { shown, last } = cutPage(rows, limit);
  return {
    success: true,
    data: shown.map(present),
    nextCursor: last === undefined ? null : cursors.encode(scope, { at: last.position, id: last.id }),
  };
}

/** Deletes a report and the stored response that repeats it. Throws `JOB_NOT_FOUND`. */
export async function deleteBatchJob({ tx, credential }: Call, jobId: string): Promise<void> {
  const deleted = isId("job", jobId) && (await deleteJob(tx, credential.operatorId, jobId));
  if (!deleted) throw jobNotFound();
}

function jobNotFound(): ApiError {
  return new ApiError("JOB_NOT_FOUND", "No such batch job");
}

function present(row: JobRow): BatchJob {
  return {
    jobId: row.id,
    type: row.type,
    status: row.failed === 0 ? "completed" : row.succeeded === 0 ? "failed" : "partial",
    total: row.total,
    succeeded: row.succeeded,
    failed: row.failed,
    errors: withoutHidden(row.errors, row.hidden).map(({ index, externalId, code, message }) => ({
      index,
      externalId,
      code,
      message,
    })),
    createdAt: row.created_at.toISOString(),
    completedAt: row.completed_at.toISOString(),
  };
}
