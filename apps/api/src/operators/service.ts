import { randomBytes } from "node:crypto";
import { isId, mintId, operatorSaltBytes } from "@onehazel/crypto";
import { cutPage, manageOperator, type TenantTransaction } from "@onehazel/db";
import type { components } from "@onehazel/spec";
import { type AuditAction, audit, auditCommand } from "../audit/service.js";
import type { TransactionContext } from "../http/context.js";
import type { PlatformCredential } from "../http/credential.js";
import { ApiError, type Fault } from "../http/errors.js";
import type { InputOf } from "../http/operation.js";
import {
  findOperator,
  insertOperator,
  listOperators,
  type OperatorRow,
  updateOperator,
} from "./repository.js";

type Call = TransactionContext<PlatformCredential>;
type Operator = components["schemas"]["Operator"];

const configurationBytesMax = 16_384;

export async function createOperator(
  context: Call,
  body: components["schemas"]["OperatorCreate"],
): Promise<Operator> {
  const { tx, credential } = context;
  const row = await insertOperator(tx, {
    platformId: credential.platformId,
    id: mintId("op"),
    name: body.name,
    plan: body.plan ?? null,
    contactEmail: body.contactEmail ?? null,
    industry: body.industry ?? null,
    configuration: body.configuration ?? {},
    piiSalt: randomBytes(operatorSaltBytes),
  });
  await auditOperator(context, row.id, ["operator.create"]);
  return present(row);
}

/** Throws `OPERATOR_NOT_FOUND`. */
export async function getOperator({ tx, credential }: Call, id: string): Promise<Operator> {
  const row = isId("op", id) ? await findOperator(tx, credential.platformId, id) : undefined;
  if (row === undefined) throw operatorNotFound();
  return present(row);
}

/** What is left out stays. Suspending twice is no error. Throws `OPERATOR_NOT_FOUND`. */
export async function changeOperator(
  context: Call,
  id: string,
  change: components["schemas"]["OperatorUpdate"],
): Promise<Operator> {
  const { tx, credential } = context;
  const { name, plan, contactEmail, industry, configuration, status } = change;
  const row = isId("op", id)
    ? await updateOperator(tx, credential.platformId, id, {
        name,
        plan,
        contactEmail,
        industry,
        configuration,
        status,
      })
    : undefined;
  if (row === undefined) throw operatorNotFound();
  await auditOperator(context, id, actsOf(change));
  return present(row);
}

/** For the server's command line: shuts an operator of this platform out and returns since when. Again keeps that time. */
export async function suspendOperator(
  tx: TenantTransaction,
  platformId: string,
  id: string,
): Promise<string> {
  const row = await updateOperator(tx, platformId, id, {
    name: undefined,
    plan: undefined,
    contactEmail: undefined,
    industry: undefined,
    configuration: undefined,
    status: "suspended",
  });
  if (row?.suspended_at == null) throw operatorNotFound();
  await manageOperator(tx, id);
  await auditCommand(tx, { action: "operator.suspend", targetId: id, platformId, operatorId: id });
  return row.suspended_at.toISOString();
}

/** A change of status is an act of its own, beside that of whatever else changes. */
function actsOf({ status, ...rest }: components["schemas"]["OperatorUpdate"]): AuditAction[] {
  const turn: AuditAction[] = status === "suspended" ? ["operator.suspend"] : ["operator.reactivate"];
  if (status === undefined) return ["operator.update"];
  return Object.keys(rest).length > 0 ? ["operator.update", ...turn] : turn;
}

/** In the operator's own log too; it has just been written under its platform's scope, so it is this platform's. */
async function auditOperator(context: Call, id: string, actions: readonly AuditAction[]): Promise<void> {
  await manageOperator(context.tx, id);
  for (const action of actions) await audit(context, { action, targetId: id, operatorId: id });
}

export async function findOperators(
  { tx, credential, cursors }: Call,
  { status, plan, q, limit = 50, cursor }: InputOf<"listOperators">["query"],
): Promise<components["schemas"]["OperatorPage"]> {
  const scope = {
    operationId: "listOperators",
    tenantId: credential.platformId,
    filters: { status, plan, q },
  };
  const after = cursors.decode(scope, cursor);
  const rows = await listOperators(tx, credential.platformId, { status, plan, q, after, rowsMax: limit + 1 });
  const { shown, last } = cutPage(rows, limit);
  return {
    success: true,
    data: shown.map(present),
    nextCursor: last === undefined ? null : cursors.encode(scope, { at: last.position, id: last.id }),
  };
}

/** Lets a platform's transaction reach one operator's keys, if the operator is the platform's: says whether it is. */
export async function takeOperator(tx: TenantTransaction, platformId: string, id: string): Promise<boolean> {
  if (!isId("op", id) || (await findOperator(tx, platformId, id)) === undefined) return false;
  await manageOperator(tx, id);
  return true;
}

/** The same for an operator that isn't there and for another platform's. */
export function operatorNotFound(): ApiError {
  return new ApiError("OPERATOR_NOT_FOUND", "No such operator");
}

/** What no schema can say: how long the configuration is, written down. */
export function configurationFaults(body: unknown): Fault[] {
  const configuration = (body as { configuration?: unknown } | null)?.configuration;
  if (typeof configuration !== "object") return [];
  if (Buffer.byteLength(JSON.stringify(configuration)) <= configurationBytesMax) return [];
  return [{ field: "configuration", message: `must not be over ${configurationBytesMax} bytes of JSON` }];
}

function present(row: OperatorRow): Operator {
  return {
    id: row.id,
    name: row.name,
    plan: row.plan,
    status: row.status,
    contactEmail: row.contact_email,
    industry: row.industry,
    configuration: row.configuration,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    suspendedAt: row.suspended_at?.toISOString() ?? null,
  };
}
