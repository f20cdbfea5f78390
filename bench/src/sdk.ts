import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OneHazel } from "@onehazel/sdk";
import createClient from "openapi-fetch";
import type { Bound, Findings } from "./harness/report.js";
import { summarise } from "./harness/stats.js";

const runs = 15;
const callsPerRun = 400;
const rows = 40_000;
const batchItems = 5_000;
const concurrency = 4;
const key = `oh_live_${"0f".repeat(32)}`;
const entity = { entityType: "game", externalId: "game_1", data: { name: "Starburst", rtp: 96.1 } };
// All of one length, so that the server knows their number without reading them.
const event = (index: number) => ({
  externalId: `player_${100_000 + index}`,
  eventType: "transaction",
  data: { type: "deposit", amount: 100_000 + index, currency: "GBP", note: "A deposit of somebody" },
});
const eventBytes = JSON.stringify(event(0)).length + 1;
const upserted = JSON.stringify({
  success: true,
  data: { id: "ent_a1b2c3d4e5f67890", externalId: "game_1", entityType: "game", action: "updated" },
});
const path = "/operator-data-api/entities";

/** What the SDK costs: its calls and its loads against what one would write by hand, to a server that does nothing. */
export async function sdk(): Promise<Findings> {
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("end", () => {
      const isBatch = request.url?.includes("/batch/");
      const succeeded = Math.round((bytes - 1) / eventBytes);
      const done = { jobId: "job_0f1e2d3c4b5a6978", succeeded, failed: 0, errors: [] };
      response.setHeader("content-type", "application/json");
      response.end(isBatch ? JSON.stringify({ success: true, data: done }) : upserted);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const readings: Record<string, number[]> = {};
  try {
    const works = workOf(baseUrl);
    for (let run = -2; run < runs; run++) {
      for (const [name, work] of Object.entries(works)) {
        const startedAtMs = performance.now();
        await work();
        readings[name] ??= [];
        if (run >= 0) readings[name].push(performance.now() - startedAtMs);
      }
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return findings(readings);
}

function workOf(baseUrl: string): Record<string, () => Promise<void>> {
  const client = new OneHazel({ apiKey: key, baseUrl });
  const headers = () => ({
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "idempotency-key": crypto.randomUUID(),
  });
  const bare = createClient<Record<string, never>>({ baseUrl }) as unknown as {
    POST(path: string, init: object): Promise<{ data?: { success?: boolean } }>;
  };
  const repeat = (call: () => Promise<unknown>) => async () => {
    for (let index = 0; index < callsPerRun; index++) await call();
  };
  const post = async (to: string, body: unknown) => {
    const response = await fetch(`${baseUrl}${to}`, {
      method: "POST",
      headers: headers(),
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { success: boolean };
    if (!answer.success) throw new Error("no success");
  };
  const events = Array.from({ length: rows }, (_, index) => event(index));
  return {
    sdk: repeat(() => client.entities.upsert(entity)),
    fetch: repeat(() => post(path, entity)),
    openapiFetch: repeat(() => bare.POST(path, { body: entity, headers: headers() })),
    recordMany: async () => {
      const { succeeded } = await client.events.recordMany(events, { concurrency });
      if (succeeded !== rows) throw new Error("not all were stored");
    },
    byHand: async () => {
      const starts = Array.from({ length: rows / batchItems }, (_, index) => index * batchItems).values();
      const worker = async () => {
        for (const at of starts)
          await post("/operator-data-api/batch/events", events.slice(at, at + batchItems));
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    },
  };
}

function findings(readings: Record<string, number[]>): Findings {
  const of = (name: string) => summarise(readings[name] ?? []);
  const bounds: Bound[] = [
    { what: "a call of the SDK, in calls of fetch", value: of("fetch").median / of("sdk").median, min: 0.9 },
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
      `Upserts one after the other, and ${rows.toLocaleString("en")} events in batches of ${batchItems.toLocaleString("en")} at most, ` +
      `${concurrency} at a time, over loop-back to a server in the same process that reads the body and answers the same at once. ` +
      `${runs} interleaved runs after two to warm up; the bounds are ratios of medians, of throughput.`,
    versions: { Node: process.versions.node },
    tables: [
      {
        columns: ["what", "a second (median)", "least–most"],
        rows: [
          line("calls: SDK", "sdk", callsPerRun),
          line("calls: fetch", "fetch", callsPerRun),
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
