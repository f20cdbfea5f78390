import type { ApiPromise } from "../api-promise.js";
import type { Template } from "../models.js";
import type { OptionsOf } from "../options.js";
import type { Transport } from "../transport.js";
import { callForData } from "./shared.js";

/** The templates an operator can choose. */
export class Templates {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Lists all of them; there are no pages.
   *
   * @example
   * const templates = await client.templates.list();
   * const igaming = templates.find(({ id }) => id === "tpl_igaming");
   */
  list(options?: OptionsOf<"listTemplates">): ApiPromise<Template[]> {
    return callForData(this.#transport, "listTemplates", {}, options);
  }
}
