import type { components } from "@onehazel/spec";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential } from "../http/credential.js";
import type { InputOf } from "../http/operation.js";
import { listRuns, type RunRow } from "./repository.js";

type RetentionRunPage = components["schemas"]["RetentionRunPage"];

/** What the daily runs of retention did, newest first. */
export async function listRetentionRuns(
  { tx, credential, cursors }: TransactionContext<OperatorCredential>,
  { limit = 50, cursor }: InputOf<"listRetentionRuns">["query"],
): Promise<RetentionRunPage> {
  const { operatorId } = credential;
  const scope = { operationId: "listRetentionRuns", tenantId: operatorId, filters: {} };
  const rows = await listRuns(tx, operatorId, cursors.decode(scope, cursor), limit + 1);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    success: true,
    data: shown.map(present),
    nextCursor: last === undefined ? null : cursors.encode(scope, { at: last.position, id: last.id }),
  };
}

function present(row: RunRow): RetentionRunPage["data"][number] {
  return {
    id: row.id,
    startedAt: row.started_at.toISOString(),
    completedAt: row.completed_at?.toISOString() ?? null,
    eventsArchived: Number(row.events_archived),
    eventsRemoved: Number(row.events_removed),
    statesRemoved: Number(row.states_removed),
  };
}
