import type { ApiPromise } from "../api-promise.js";
import { OneHazelError } from "../errors.js";
import type { ApiKey, NewApiKey, NewApiKeyInput } from "../models.js";
import { isoOf } from "../moment.js";
import type { CallOptions, OptionsOf } from "../options.js";
import type { Transport } from "../transport.js";
import { type RotateOptions, rotateApiKey } from "./rotate.js";
import { callAfter, callForData, callForDone, callForGone } from "./shared.js";

/**
 * An operator's own API keys.
 *
 * @example
 * await client.apiKeys.rename((await client.apiKeys.current()).id, "Production");
 */
export class ApiKeys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a key for the operator of this client's key, which is found through GET /api-keys first unless you give
   * `operatorId`. It is sent again after 429 only: any other repeat could leave a second key behind.
   *
   * @throws ValidationError for an `expiresAt` that is not in the future, or beyond 100 active keys.
   * @example
   * const { id, key } = await client.apiKeys.create({ label: "Staging ETL", access: "read" });
   */
  create(
    input: NewApiKeyInput & { readonly operatorId?: string } = {},
    options?: OptionsOf<"createApiKey">,
  ): ApiPromise<NewApiKey> {
    return callAfter(async () => {
      const operatorId = input.operatorId ?? (await this.current(options)).operatorId;
      const body = { ...input, operatorId, expiresAt: isoOf(input.expiresAt ?? null) };
      return callForData(this.#transport, "createApiKey", { body }, options).withResponse();
    });
  }

  /**
   * Lists the operator's keys, newest first: all active keys and the newest revoked or expired ones, at most 1,000 together.
   * There are no pages.
   *
   * @example
   * const active = (await client.apiKeys.list()).filter(({ revoked }) => !revoked);
   */
  list(options?: OptionsOf<"listApiKeys">): ApiPromise<ApiKey[]> {
    return callForData(this.#transport, "listApiKeys", {}, options);
  }

  /**
   * Finds the key this client uses among the operator's keys, by its SHA-256.
   *
   * @throws OneHazelError if the server does not list it.
   * @example
   * const { id, expiresAt } = await client.apiKeys.current();
   */
  current(options?: CallOptions): ApiPromise<ApiKey> {
    return callAfter(async () => {
      const [keyHash, listed] = await Promise.all([
        this.#transport.apiKeyHash(),
        callForData(this.#transport, "listApiKeys", {}, options).withResponse(),
      ]);
      const current = listed.data.find((key) => key.keyHash === keyHash);
      if (current === undefined) throw new OneHazelError("The server does not list this API key");
      return { ...listed, data: current };
    });
  }

  /**
   * Gives a key another label, 1 to 100 characters.
   *
   * @throws NotFoundError `KEY_NOT_FOUND`.
   * @example
   * await client.apiKeys.rename(id, "Production v2");
   */
  rename(id: string, label: string, options?: OptionsOf<"renameApiKey">): ApiPromise<void> {
    return callForDone(this.#transport, "renameApiKey", { body: { id, label } }, options);
  }

  /**
   * Revokes a key: it stops working with the very next request and stays listed. Revoking it again is no error.
   *
   * @throws BadRequestError `LAST_ACTIVE_KEY`: create another one first, which does not expire within a minute; NotFoundError
   * `KEY_NOT_FOUND`.
   * @example
   * await client.apiKeys.revoke(id);
   */
  revoke(id: string, options?: OptionsOf<"deleteApiKey">): ApiPromise<void> {
    return callForDone(this.#transport, "deleteApiKey", { query: { id } }, options);
  }

  /**
   * Removes a revoked key from the list for good. `alreadyGone`: an earlier attempt's answer was lost, and then the key
   * was not there.
   *
   * @throws BadRequestError `KEY_STILL_ACTIVE`: revoke it first; NotFoundError `KEY_NOT_FOUND`.
   * @example
   * await client.apiKeys.delete(id);
   */
  delete(id: string, options?: OptionsOf<"deleteApiKey">): ApiPromise<{ readonly alreadyGone: boolean }> {
    const query = { id, hard: true };
    return callForGone(this.#transport, "deleteApiKey", "KEY_NOT_FOUND", { query }, options);
  }

  /**
   * Replaces this client's key in four steps: create a new one, verify it, hand it over to you, revoke the old one. The
   * client uses the new key from the third step on. Wherever it stops, the key in use before still works.
   *
   * The new key takes label and access of the old one. If the old one expires you have to say when the new one does.
   *
   * @throws KeyRotationError with the `step` that failed and the ids of both keys; never a key itself.
   * @throws ArgumentError, before anything is created, if `expiresAt` is missing.
   * @example
   * const { newKeyId } = await client.apiKeys.rotate({
   *   handOver: async (apiKey) => secrets.put("ONEHAZEL_API_KEY", apiKey),
   * });
   */
  rotate(options: RotateOptions): Promise<{ readonly oldKeyId: string; readonly newKeyId: string }> {
    return rotateApiKey(this, this.#transport, (transport) => new ApiKeys(transport), options);
  }
}
