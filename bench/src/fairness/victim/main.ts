import { setTimeout as sleep } from "node:timers/promises";
import { type Call, Client } from "../../harness/client.js";
import type { VictimPlan, VictimResult } from "../messages.js";

// The victim's process: a tenant that reads, writes, and now and then sends a batch, in a closed loop with pauses.

const callers = 4;
const pauseMs = 5;
/** One request in twelve: enough for the 95th percentile of the victim alone to be a batch's. */
const batchEvery = 12;
const batchItems = 500;
const people = 1_000;
const requestTimeoutMs = 40_000;
const readinessEveryMs = 250;

const base = "/operator-data-api";
const player = (n: number) => ({
  entityType: "player",
  externalId: `victim_${n % people}`,
  data: { email: `person.${n}@example.com`, first_name: "Ada", country: "GB", currency: "GBP" },
});
const batchFrom = (n: number) => Array.from({ length: batchItems }, (_, index) => player(n + index));

type Kind = "read" | "upsert" | "batch";
const kindOf = (n: number): Kind => (n % batchEvery === 0 ? "batch" : n % 2 === 0 ? "read" : "upsert");

function callOf(kind: Kind, n: number, apiKey: string): Call {
  if (kind === "read") return { method: "GET", path: `${base}/entities/victim_${n % people}`, key: apiKey };
  const path = kind === "batch" ? `${base}/batch/entities` : `${base}/entities`;
  const body = JSON.stringify(kind === "batch" ? batchFrom(n) : player(n));
  return { method: "POST", path, key: apiKey, body };
}

let serial = 0;

async function run({ port, apiKey, durationMs }: VictimPlan): Promise<VictimResult> {
  const client = new Client(port, callers + 1);
  const latenciesMs: Record<Kind, number[]> = { read: [], upsert: [], batch: [] };
  const errors: Record<string, number> = {};
  const endsAtMs = performance.now() + durationMs;
  const isOver = () => performance.now() >= endsAtMs;
  const failed = (what: string) => {
    errors[what] = (errors[what] ?? 0) + 1;
  };
  const caller = async () => {
    while (!isOver()) {
      const n = ++serial;
      const kind = kindOf(n);
      const sentAtMs = performance.now();
      const status = await statusOf(client.send(callOf(kind, n, apiKey)));
      latenciesMs[kind].push(performance.now() - sentAtMs);
      if (status !== 200 && status !== 201) failed(String(status));
      await sleep(pauseMs);
    }
  };
  let notReady = 0;
  const watchReadiness = async () => {
    while (!isOver()) {
      const status = await statusOf(client.send({ method: "GET", path: "/readyz", key: apiKey }));
      if (status !== 200) notReady += 1;
      await sleep(readinessEveryMs);
    }
  };
  await Promise.all([...Array.from({ length: callers }, caller), watchReadiness()]);
  client.close();
  const entries = Object.entries(latenciesMs).map(([kind, each]) => [kind, Float64Array.from(each)] as const);
  return {
    latenciesMs: Float64Array.from(Object.values(latenciesMs).flat()),
    latenciesByKindMs: Object.fromEntries(entries),
    errors,
    notReady,
  };
}

/** The status, or what kept a response from coming. */
async function statusOf(answer: Promise<{ readonly status: number }>): Promise<number | string> {
  const late = new AbortController();
  const timeout = sleep(requestTimeoutMs, "no response", { signal: late.signal }).catch(() => "");
  try {
    return await Promise.race([answer.then(({ status }) => status), timeout]);
  } catch (error) {
    return (error as { code?: string }).code ?? "broken";
  } finally {
    late.abort();
  }
}

process.on("message", async (plan: VictimPlan) => process.send?.(await run(plan)));
process.on("disconnect", () => process.exit());
