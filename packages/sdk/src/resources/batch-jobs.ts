import type { ApiPromise } from "../api-promise.js";
import type { BatchJob, PageQuery } from "../models.js";
import type { OptionsOf } from "../options.js";
import type { List } from "../paginate.js";
import type { Transport } from "../transport.js";
import { callForData, callForGone, listOf } from "./shared.js";

/**
 * The records of batches, kept for 30 days.
 *
 * @example
 * const { status, errors } = await client.batch.jobs.get(jobId);
 */
export class BatchJobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Goes through the jobs, newest first.
   *
   * @example
   * for await (const { jobId, status, failed } of client.batch.jobs.list()) console.log(jobId, status, failed);
   */
  list(query: PageQuery = {}, options?: OptionsOf<"listBatchJobs">): List<BatchJob> {
    return listOf(this.#transport, "listBatchJobs", query, options);
  }

  /**
   * Reads one job.
   *
   * @throws NotFoundError `JOB_NOT_FOUND`.
   * @example
   * const { status, errors } = await client.batch.jobs.get("job_0f1e2d3c4b5a6978");
   */
  get(jobId: string, options?: OptionsOf<"getBatchJob">): ApiPromise<BatchJob> {
    return callForData(this.#transport, "getBatchJob", { path: { jobId } }, options);
  }

  /**
   * Deletes a report before its 30 days are over, for example because it names people. What the batch stored stays.
   * `alreadyGone`: an earlier attempt's response was lost, and the report was no longer there.
   *
   * @throws NotFoundError `JOB_NOT_FOUND`.
   * @example
   * await client.batch.jobs.delete("job_0f1e2d3c4b5a6978");
   */
  delete(
    jobId: string,
    options?: OptionsOf<"deleteBatchJob">,
  ): ApiPromise<{ readonly alreadyGone: boolean }> {
    return callForGone(this.#transport, "deleteBatchJob", "JOB_NOT_FOUND", { path: { jobId } }, options);
  }
}
