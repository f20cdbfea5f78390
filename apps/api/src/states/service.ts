import { cutPage } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { entityOf, requireEntityId } from "../entities/service.js";
import type { Context, TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import { ApiError } from "../http/errors.js";
import type { InputOf, TemplateCheck, TextReply } from "../http/operation.js";
import { runPrepared } from "../http/prepared-write.js";
import { checkStateKey, requireTemplate, stateKeyFaults } from "../templates/service.js";
import { findState, listStates, type StateRow, upsertState } from "./repository.js";

type Call = TransactionContext<OperatorCredential>;
type State = components["schemas"]["State"];
type StateList = components["schemas"]["StateList"];

/** As many keys as a template can have; an entity may have more of them from an earlier one. */
const statesMax = 200;

/** Throws `ENTITY_NOT_FOUND`, `TEMPLATE_NOT_CONFIGURED` or `INVALID_STATE_KEY`; a remembered reply goes before them. */
export function setState(
  context: Context<OperatorCredential>,
  target: { readonly externalId: string; readonly stateKey: string },
  body: unknown,
): Promise<TextReply> {
  const { externalId, stateKey } = target;
  const value = unwrap(body);
  const reply = JSON.stringify({ success: true, data: { stateKey, value } });
  return runPrepared(context, {
    prepare: (credential) => {
      const template = requireTemplate(credential.template);
      checkStateKey(template, stateKey);
      return {
        operatorId: credential.operatorId,
        templateRef: template.ref,
        idempotency: context.idempotency,
        proof: credential.proof,
      };
    },
    write: (prepared) => upsertState(context.db, { ...prepared, externalId, stateKey, value, reply }),
    about: entityOf(context, externalId),
  });
}

/** What the template says of a request that has other faults. */
export const setFaults: TemplateCheck = ({ template }, _body, params) =>
  template === undefined ? [] : stateKeyFaults(template, params.key, "key");

/** An object whose only key is `value` is a wrapper around it; anything else is the value itself. */
function unwrap(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const keys = Object.keys(body);
  return keys.length === 1 && keys[0] === "value" ? (body as { value: unknown }).value : body;
}

/** By key. Throws `ENTITY_NOT_FOUND`. */
export async function listEntityStates(
  { tx, credential, cursors }: Call,
  externalId: string,
  { cursor }: InputOf<"listStates">["query"],
): Promise<StateList> {
  const { operatorId } = credential;
  const scope = { operationId: "listStates", tenantId: operatorId, filters: { externalId } };
  const after = cursors.decode(scope, cursor)?.id;
  const entityId = await requireEntityId(tx, operatorId, externalId);
  const rows = await listStates(tx, operatorId, entityId, { after, rowsMax: statesMax + 1 });
  const { shown, last } = cutPage(rows, statesMax);
  return {
    success: true,
    data: shown.map(present),
    ...(last && { nextCursor: cursors.encode(scope, { at: "", id: last.state_key }) }),
  };
}

/** Throws `ENTITY_NOT_FOUND`, `STATE_NOT_FOUND` or `INVALID_STATE_KEY`. */
export async function getEntityState(
  { tx, credential }: Call,
  externalId: string,
  stateKey: string,
): Promise<State> {
  const entityId = await requireEntityId(tx, credential.operatorId, externalId);
  const row = await findState(tx, credential.operatorId, entityId, stateKey);
  if (row !== undefined) return present(row);
  if (credential.template !== undefined) checkStateKey(credential.template, stateKey);
  throw new ApiError("STATE_NOT_FOUND", "This entity has no such state");
}

function present(row: StateRow): State {
  return {
    state_key: row.state_key,
    value: row.value as State["value"],
    updated_at: row.updated_at.toISOString(),
  };
}
