import type { ApiPromise } from "../api-promise.js";
import type { Idempotent, Operator, OperatorInput, OperatorQuery, OperatorUpdate } from "../models.js";
import type { OptionsOf } from "../options.js";
import type { List } from "../paginate.js";
import type { Transport } from "../transport.js";
import { OperatorApiKeys } from "./operator-api-keys.js";
import { callForData, callForWrite, listOf } from "./shared.js";

/**
 * A platform's operators: who they are, never their data.
 *
 * @example
 * const operator = await platform.operators.create({ name: "Lucky Spin Casino" });
 */
export class Operators {
  /** The operators' API keys. */
  readonly apiKeys: OperatorApiKeys;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.apiKeys = new OperatorApiKeys(transport);
  }

  /**
   * Creates an operator. Repeating it is safe: it carries an Idempotency-Key.
   *
   * @throws ValidationError with every fault in `details`.
   * @example
   * const operator = await platform.operators.create({ name: "Lucky Spin Casino", plan: "professional" });
   */
  create(operator: OperatorInput, options?: OptionsOf<"createOperator">): ApiPromise<Idempotent<Operator>> {
    return callForWrite(this.#transport, "createOperator", { body: operator }, options);
  }

  /**
   * Goes through the operators, newest first.
   *
   * @example
   * for await (const operator of platform.operators.list({ status: "active" })) console.log(operator.name);
   */
  list(query: OperatorQuery = {}, options?: OptionsOf<"listOperators">): List<Operator> {
    return listOf(this.#transport, "listOperators", query, options);
  }

  /**
   * Reads one operator.
   *
   * @throws NotFoundError `OPERATOR_NOT_FOUND`, also for another platform's.
   * @example
   * const { status } = await platform.operators.get("op_a1b2c3d4e5f67890");
   */
  get(id: string, options?: OptionsOf<"getOperator">): ApiPromise<Operator> {
    return callForData(this.#transport, "getOperator", { path: { id } }, options);
  }

  /**
   * Changes what you name; the rest stays. null clears `plan`, `industry` and `contactEmail`; `configuration` is replaced
   * whole.
   *
   * @throws NotFoundError `OPERATOR_NOT_FOUND`; ValidationError.
   * @example
   * await platform.operators.update("op_a1b2c3d4e5f67890", { plan: "enterprise" });
   */
  update(
    id: string,
    changes: OperatorUpdate,
    options?: OptionsOf<"updateOperator">,
  ): ApiPromise<Idempotent<Operator>> {
    return callForWrite(this.#transport, "updateOperator", { path: { id }, body: changes }, options);
  }

  /**
   * Shuts an operator out: its keys stop working on the very next request. Nothing is removed. Repeatable.
   *
   * @throws NotFoundError `OPERATOR_NOT_FOUND`.
   * @example
   * const { suspendedAt } = await platform.operators.suspend("op_a1b2c3d4e5f67890");
   */
  suspend(id: string, options?: OptionsOf<"suspendOperator">): ApiPromise<Operator> {
    return callForData(this.#transport, "suspendOperator", { path: { id } }, options);
  }

  /**
   * Lets a suspended operator in again, with its keys. Repeatable.
   *
   * @throws NotFoundError `OPERATOR_NOT_FOUND`.
   * @example
   * await platform.operators.reactivate("op_a1b2c3d4e5f67890");
   */
  reactivate(id: string, options?: OptionsOf<"updateOperator">): ApiPromise<Idempotent<Operator>> {
    return this.update(id, { status: "active" }, options);
  }
}
