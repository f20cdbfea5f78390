import type { ApiPromise } from "../api-promise.js";
import type { Idempotent, PageQuery, RetentionRun, Settings, SettingsInput } from "../models.js";
import type { OptionsOf } from "../options.js";
import type { List } from "../paginate.js";
import type { Transport } from "../transport.js";
import { callForData, callForWrite, listOf } from "./shared.js";

/**
 * An operator's own settings: its template and its retention.
 *
 * @example
 * await client.settings.update({ templateId: "tpl_igaming", dataRetentionDays: 365 });
 */
export class OperatorSettings {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Reads the settings.
   *
   * @example
   * const { template } = await client.settings.get();
   */
  get(options?: OptionsOf<"getSettings">): ApiPromise<Settings> {
    return callForData(this.#transport, "getSettings", {}, options);
  }

  /**
   * Changes what you name; the rest stays. `dataRetentionDays`: 30 to 1825, null for ever.
   *
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`; ValidationError.
   * @example
   * await client.settings.update({ templateId: "tpl_igaming" });
   */
  update(changes: SettingsInput, options?: OptionsOf<"updateSettings">): ApiPromise<Idempotent<Settings>> {
    return callForWrite(this.#transport, "updateSettings", { body: changes }, options);
  }

  /**
   * Goes through what retention did, newest first: one entry for each daily run. `completedAt` is null while it goes on.
   *
   * @example
   * const [last] = await client.settings.retentionRuns().toArray({ limit: 1 });
   */
  retentionRuns(query: PageQuery = {}, options?: OptionsOf<"listRetentionRuns">): List<RetentionRun> {
    return listOf(this.#transport, "listRetentionRuns", query, options);
  }
}
