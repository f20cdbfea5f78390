import type { ApiPromise } from "../api-promise.js";
import type { ApiKey, NewApiKey, NewApiKeyInput } from "../models.js";
import { isoOf } from "../moment.js";
import type { OptionsOf } from "../options.js";
import type { Transport } from "../transport.js";
import { callForData, callForDone, callForGone } from "./shared.js";

/**
 * The API keys of a platform's operators.
 *
 * @example
 * const { key } = await platform.operators.apiKeys.create(operator.id);
 */
export class OperatorApiKeys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a key for an operator. It is sent again after 429 only: any other repeat could leave a second key behind.
   *
   * @throws NotFoundError `OPERATOR_NOT_FOUND`; ValidationError.
   * @example
   * const { key } = await platform.operators.apiKeys.create(operator.id, { label: "First key" });
   * const client = new OneHazel({ apiKey: key, baseUrl });
   */
  create(
    operatorId: string,
    input: NewApiKeyInput = {},
    options?: OptionsOf<"createOperatorApiKey">,
  ): ApiPromise<NewApiKey> {
    const body = { ...input, expiresAt: isoOf(input.expiresAt ?? null) };
    return callForData(this.#transport, "createOperatorApiKey", { path: { id: operatorId }, body }, options);
  }

  /**
   * Lists an operator's keys, newest first: all active keys and the newest revoked or expired ones, at most 1,000 together.
   * `keyHash` is masked here.
   *
   * @throws NotFoundError `OPERATOR_NOT_FOUND`.
   * @example
   * const keys = await platform.operators.apiKeys.list(operator.id);
   */
  list(operatorId: string, options?: OptionsOf<"listOperatorApiKeys">): ApiPromise<ApiKey[]> {
    return callForData(this.#transport, "listOperatorApiKeys", { path: { id: operatorId } }, options);
  }

  /**
   * Revokes an operator's key, the last one too. Repeatable.
   *
   * @throws NotFoundError `KEY_NOT_FOUND` or `OPERATOR_NOT_FOUND`.
   * @example
   * await platform.operators.apiKeys.revoke(operator.id, keyId);
   */
  revoke(operatorId: string, keyId: string, options?: OptionsOf<"revokeOperatorApiKey">): ApiPromise<void> {
    return callForDone(this.#transport, "revokeOperatorApiKey", { path: { id: operatorId, keyId } }, options);
  }
  /**
   * Deletes an operator's revoked key for good. `alreadyGone`: the response to an earlier attempt was lost, and the key no longer
   * exists.
   *
   * @throws BadRequestError `KEY_STILL_ACTIVE`: revoke it first; NotFoundError `KEY_NOT_FOUND` or `OPERATOR_NOT_FOUND`.
   * @example
   * await platform.operators.apiKeys.delete(operator.id, keyId);
   */
  delete(
    operatorId: string,
    keyId: string,
    options?: OptionsOf<"revokeOperatorApiKey">,
  ): ApiPromise<{ readonly alreadyGone: boolean }> {
    const input = { path: { id: operatorId, keyId }, query: { hard: true } };
    return callForGone(this.#transport, "revokeOperatorApiKey", "KEY_NOT_FOUND", input, options);
  }
}
