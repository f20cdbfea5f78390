import type { ApiPromise } from "../api-promise.js";
import type { BatchJob, PageQuery } from "../models.js";
import type { OptionsOf } from "../options.js";
import type { List } from "../paginate.js";
import type { Transport } from "../transport.js";
import { callForData, listOf } from "./shared.js";

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
}
