import { randomBytes } from "node:crypto";
import { Client } from "../../harness/client.js";
import type { AttackName, AttackPlan } from "../messages.js";
import type { Attacking } from "./counter.js";
import { base, sendRepeatedly } from "./requests.js";
import { pipelining, trickledBatches, unfinishedBodies, unreadPages } from "./sockets.js";

type Attack = (plan: AttackPlan, attacking: Attacking) => Promise<void>;

const batchItems = 1_000;
const items = (more: object) =>
  JSON.stringify(Array.from({ length: batchItems }, (_, n) => ({ externalId: `subject_${n}`, ...more })));
const game = { entityType: "game", data: { name: "Chess" } };

const sameRows: Attack = (plan, attacking) => {
  const call = { method: "POST", path: `${base}/batch/entities`, key: plan.apiKey, body: items(game) };
  return sendRepeatedly(plan, attacking, 20, () => call);
};

const lockedRow: Attack = (plan, attacking) => {
  const body = JSON.stringify({ externalId: plan.externalId, ...game });
  const call = { method: "POST", path: `${base}/entities`, key: plan.apiKey, body };
  return sendRepeatedly(plan, attacking, 46, () => call);
};

/** Erases one entity, again until that has worked: the counter says how long each try took. */
const erasure: Attack = async ({ port, apiKey, externalId }, { counter, signal }) => {
  const client = new Client(port, 1);
  let status = 0;
  while (status !== 200 && !signal.aborted) {
    const sentAtMs = performance.now();
    ({ status } = await client.send({
      method: "DELETE",
      path: `${base}/entities/${externalId}`,
      key: apiKey,
    }));
    counter.count(`${status} after ${Math.round(performance.now() - sentAtMs)} ms`);
  }
};

const keysInBody = 95_000;

const manyKeysBody: Attack = (plan, attacking) => {
  const keys = Array.from({ length: keysInBody }, (_, n) => `"k${String(n).padStart(5, "0")}":1`);
  const body = `{"entityType":"game","externalId":"wide","data":{"name":"g",${keys.join(",")}}}`;
  const call = { method: "POST", path: `${base}/entities`, key: plan.apiKey, body };
  return sendRepeatedly(plan, attacking, 4, () => call);
};

const revokedKeys: Attack = (plan, attacking) =>
  sendRepeatedly(plan, attacking, 4, () => ({ method: "GET", path: "/api-keys", key: plan.apiKey }));

const rareType: Attack = (plan, attacking) => {
  const path = `${base}/entities?updatedSince=1970-01-01T00:00:00Z&entityType=rare`;
  return sendRepeatedly(plan, attacking, 8, () => ({ method: "GET", path, key: plan.apiKey }));
};

const unknownKeys: Attack = (plan, attacking) =>
  sendRepeatedly(plan, attacking, 60, () => {
    const key = `oh_live_${randomBytes(32).toString("hex")}`;
    return { method: "GET", path: `${base}/entities/anybody`, key };
  });

const batches: Attack = (plan, attacking) => {
  const events = items({ eventType: "session", data: { amount: 1 } });
  const states = items({ stateKey: "balance", value: 1 });
  const of = (kind: string, body: string) => ({
    method: "POST",
    path: `${base}/batch/${kind}`,
    key: plan.apiKey,
    body,
  });
  const calls = [of("events", events), of("states", states)] as const;
  return sendRepeatedly(plan, attacking, 4, (n) => calls[(n % 2) as 0 | 1]);
};

export const attacks: Readonly<Record<AttackName, Attack>> = {
  pipelining,
  "same-rows": sameRows,
  "locked-row": lockedRow,
  erasure,
  "unread-pages": unreadPages,
  "unfinished-bodies": unfinishedBodies,
  "trickled-batches": trickledBatches,
  "many-keys-body": manyKeysBody,
  "revoked-keys": revokedKeys,
  "rare-type": rareType,
  "unknown-keys": unknownKeys,
  batches,
};
