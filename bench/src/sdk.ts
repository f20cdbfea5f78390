import { fileURLToPath } from "node:url";
import { OneHazel } from "@onehazel/sdk";
import createClient from "openapi-fetch";
import { startProgram } from "./harness/program.js";
import type { Bound, Findings } from "./harness/report.js";
import { onStage, type Stage } from "./harness/stage.js";
import { summarise } from "./harness/stats.js";

const runs = 1_000;
const callsPerRun = 20;
const loadRuns = 5;
const warmUps = 20;
const timeoutMs = 30_000;
const rows = 20_000;
const entities = 2_000;
const batchItems = 5_000;
const concurrency = 4;
const key = `oh_live_${"0f".repeat(32)}`;
const entity = { entityType: "game", externalId: "game_1", data: { name: "Starburst", rtp: 96.1 } };
const path = "/operator-data-api/entities";

type Works = Readonly<Record<string, () => Promise<void>>>;

/** What the SDK costs: its calls against bare ones to a server that does nothing, its loads against a loop to the API. */
export async function sdk(): Promise<Findings> {
  const readings: Record<string, number[]> = {};
  // Apart: nobody's client shares its memory and its garbage with the server that it calls.
  const server = await startProgram({
    args: [fileURLToPath(new URL("sdk/main.js", import.meta.url))],
    says: /answers at http:\/\/localhost:(\d+)/,
  });
  try {
    await read(readings, callsOf(`http://127.0.0.1:${server.port}`), runs, warmUps);
  } finally {
    await server.stop();
  }
  return onStage({ connectionsMax: concurrency }, async (stage) => {
    const client = new OneHazel({ apiKey: stage.key, baseUrl: stage.baseUrl });
    const games = Array.from({ length: entities }, (_, index) => ({
      ...entity,
      externalId: `game_${index}`,
    }));
    await client.entities.upsertMany(games);
    await read(readings, loadsOf(stage, client), loadRuns);
    return findings(readings, stage.postgresVersion);
  });
}

/** Milliseconds of each work, in turns; who begins changes, so that nobody always pays for what another one left behind. */
async function read(
  readings: Record<string, number[]>,
  works: Works,
  count: number,
  warmUps = 1,
): Promise<void> {
  const all = Object.entries(works);
  for (let run = -warmUps; run < count; run++) {
    const first = (run + warmUps) % all.length;
    for (const [name, work] of [...all.slice(first), ...all.slice(0, first)]) {
      const startedAtMs = performance.now();
      await work();
      readings[name] ??= [];
      if (run >= 0) readings[name].push(performance.now() - startedAtMs);
    }
  }
}

const headersOf = (key: string) => ({
  authorization: `Bearer ${key}`,
  "content-type": "application/json",
  "idempotency-key": crypto.randomUUID(),
});

/** One call by hand: key, JSON there and back, status; and a bound in time, without which nobody should call a server. */
async function post(url: string, key: string, body: unknown, signal?: AbortSignal): Promise<void> {
  const init = { method: "POST", headers: headersOf(key), body: JSON.stringify(body) };
  const response = await fetch(url, signal ? { ...init, signal } : init);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const answer = (await response.json()) as { success: boolean; data: { failed?: number } };
  if (!answer.success || answer.data.failed) throw new Error("no success");
}

function callsOf(baseUrl: string): Works {
  const client = new OneHazel({ apiKey: key, baseUrl });
  const bare = createClient<Record<string, never>>({ baseUrl }) as unknown as {
    POST(path: string, init: object): Promise<unknown>;
  };
  const repeat = (call: () => Promise<unknown>) => async () => {
    for (let index = 0; index < callsPerRun; index++) await call();
  };
  return {
    sdk: repeat(() => client.entities.upsert(entity)),
    fetch: repeat(() => post(`${baseUrl}${path}`, key, entity, AbortSignal.timeout(timeoutMs))),
    unbounded: repeat(() => post(`${baseUrl}${path}`, key, entity)),
    openapiFetch: repeat(() =>
      bare.POST(path, {
        body: entity,
        headers: headersOf(key),
        signal: AbortSignal.timeout(timeoutMs),
      }),
    ),
  };
}

function loadsOf({ baseUrl, key }: Stage, client: OneHazel): Works {
  const events = Array.from({ length: rows }, (_, index) => ({
    externalId: `game_${index % entities}`,
    eventType: "session",
    data: { amount: index, currency: "GBP", note: "A round that somebody played" },
  }));
  return {
    recordMany: async () => {
      const { failed } = await client.events.recordMany(events, { concurrency });
      if (failed > 0) throw new Error("not all were stored");
    },
    byHand: async () => {
      const starts = Array.from({ length: rows / batchItems }, (_, index) => index * batchItems).values();
      const worker = async () => {
        for (const at of starts)
          await post(`${baseUrl}/operator-data-api/batch/events`, key, events.slice(at, at + batchItems));
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    },
  };
}

function findings(readings: Record<string, number[]>, postgresVersion: string): Findings {
  const of = (name: string) => summarise(readings[name] ?? []);
  const bounds: Bound[] = [
    { what: "a call of the SDK, in calls of fetch", value: of("fetch").median / of("sdk").median, min: 0.9 },
    {
      what: "a call of the SDK, in calls of fetch without a bound in time",
      value: of("unbounded").median / of("sdk").median,
      min: 0.9,
    },
    {
      what: "a call of the SDK, in calls of openapi-fetch",
      value: of("openapiFetch").median / of("sdk").median,
      min: 0.95,
    },
    { what: "recordMany, in loops by hand", value: of("byHand").median / of("recordMany").median, min: 0.8 },
  ];
  const line = (what: string, name: string, perRun: number) => {
    const { median, min, max } = of(name);
    const rate = (ms: number) => Math.round((perRun * 1000) / ms).toLocaleString("en");
    return [what, rate(median), `${rate(max)}–${rate(min)}`];
  };
  return {
    name: "sdk",
    title: "What the SDK costs, as ratios to code without it",
    method:
      `Upserts one after the other over loop-back, to a server in a process of its own that answers the same at once: ` +
      `${runs.toLocaleString("en")} interleaved runs of ${callsPerRun} after ${warmUps} to warm up. By hand means: a key, JSON there and back, ` +
      `a look at the status, and a bound in time (\`AbortSignal.timeout\`), since the SDK's calls are bounded too; ` +
      `fetch without a bound is held against them too. ${rows.toLocaleString("en")} events in batches of ` +
      `${batchItems.toLocaleString("en")} at most, ${concurrency} at a time, to the API with its PostgreSQL (fsync on): ` +
      `${loadRuns} interleaved runs after one to warm up. The bounds are ratios of medians, of throughput.`,
    versions: { Node: process.versions.node, PostgreSQL: postgresVersion },
    tables: [
      {
        columns: ["what", "a second (median)", "least–most"],
        rows: [
          line("calls: SDK", "sdk", callsPerRun),
          line("calls: fetch", "fetch", callsPerRun),
          line("calls: fetch without a bound in time", "unbounded", callsPerRun),
          line("calls: openapi-fetch", "openapiFetch", callsPerRun),
          line("events: recordMany", "recordMany", rows),
          line("events: fetch in a loop", "byHand", rows),
        ],
      },
    ],
    bounds,
    readings,
  };
}
