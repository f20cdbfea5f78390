import type { ApiPromise } from "../api-promise.js";
import type { Idempotent, Template, TemplateInput } from "../models.js";
import type { BodyOf } from "../operations.js";
import type { OptionsOf } from "../options.js";
import type { Transport } from "../transport.js";
import { callForData, callForGone, callForWrite } from "./shared.js";

/**
 * The templates an operator can choose: the built-in ones and its own.
 *
 * @example
 * const templates = await client.templates.list();
 * await client.settings.update({ templateId: templates[0]?.id });
 */
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

  /**
   * Creates a template of your own: at most 20 an operator, 64 KiB each, 200 fields a type. Each PII field stands in its
   * type; an entity type and an event type never share a name. It binds once `client.settings.update` names it.
   *
   * @throws ValidationError with every fault in `details`.
   * @example
   * const { id } = await client.templates.create({
   *   name: "Casino",
   *   schema: {
   *     entity_types: { player: { required: ["email"], optional: ["nickname"] } },
   *     event_types: { session: { required: [], optional: ["ip_address"] } },
   *     state_keys: ["balance"],
   *     pii_fields: { player: ["email"], session: ["ip_address"] },
   *   },
   * });
   * await client.settings.update({ templateId: id });
   */
  create(template: TemplateInput, options?: OptionsOf<"createTemplate">): ApiPromise<Idempotent<Template>> {
    return callForWrite(
      this.#transport,
      "createTemplate",
      { body: template as BodyOf<"createTemplate"> },
      options,
    );
  }

  /**
   * Reads a template of your own; those that are built in stand in the list.
   *
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`; PermissionDeniedError for a built-in template.
   * @example
   * const { version, schema } = await client.templates.get("tpl_0123456789abcdef");
   */
  get(id: string, options?: OptionsOf<"getTemplate">): ApiPromise<Template> {
    return callForData(this.#transport, "getTemplate", { path: { id } }, options);
  }

  /**
   * Replaces name and schema of a template of your own, whole. `version` goes up by one and binds at once; what is stored
   * is not held against it. PII fields that it adds are sealed in what is stored, in the background.
   *
   * @throws PermissionDeniedError for a built-in template; NotFoundError `TEMPLATE_NOT_FOUND`; ValidationError.
   * @example
   * const { name, schema } = await client.templates.get(id);
   * await client.templates.update(id, { name, schema: { ...schema, state_keys: ["balance", "tier"] } });
   */
  update(
    id: string,
    template: TemplateInput,
    options?: OptionsOf<"updateTemplate">,
  ): ApiPromise<Idempotent<Template>> {
    return callForWrite(
      this.#transport,
      "updateTemplate",
      { path: { id }, body: template as BodyOf<"updateTemplate"> },
      options,
    );
  }

  /**
   * Deletes a template of your own. `alreadyGone`: an earlier attempt's answer was lost, and then it was not there.
   *
   * @throws ConflictError `TEMPLATE_IN_USE`: choose another one first; PermissionDeniedError for a built-in template;
   * NotFoundError `TEMPLATE_NOT_FOUND`.
   * @example
   * await client.templates.delete("tpl_a1b2c3d4e5f67890");
   */
  delete(id: string, options?: OptionsOf<"deleteTemplate">): ApiPromise<{ readonly alreadyGone: boolean }> {
    return callForGone(this.#transport, "deleteTemplate", "TEMPLATE_NOT_FOUND", { path: { id } }, options);
  }
}
