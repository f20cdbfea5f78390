import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "./connection.js";
import { type LoadResult, type Plan, requestText } from "./plan.js";

let serial = 0;

/** Connects and has every request ready; what it returns sends them. */
export async function prepare(plan: Plan): Promise<() => Promise<LoadResult>> {
  const { shape, numbers, port, callers } = plan;
  const requests = numbers.map((n) => requestText(shape, n, ++serial));
  const connections = await Promise.all(Array.from({ length: callers }, () => Connection.open(port)));
  return async () => {
    try {
      return await sendAll(plan, requests, connections);
    } finally {
      for (const connection of connections) connection.close();
    }
  };
}

async function sendAll({ shape, perSecond }: Plan, requests: string[], connections: Connection[]) {
  const latenciesMs = new Float64Array(requests.length);
  const cpu = process.cpuUsage();
  const startedAtMs = performance.now();
  let next = 0;
  const caller = async (connection: Connection) => {
    while (next < requests.length) {
      const index = next++;
      // Late because every caller was waiting is late for whom it is due: it counts.
      const sentAtMs =
        perSecond === undefined ? performance.now() : await due(startedAtMs + (index / perSecond) * 1_000);
      const status = await connection.send(requests[index] as string);
      latenciesMs[index] = performance.now() - sentAtMs;
      if (!shape.status.includes(status))
        throw new Error(`${shape.method} ${shape.path}: ${connection.text}`);
    }
  };
  await Promise.all(connections.map(caller));
  const elapsedMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(cpu);
  return { elapsedMs, latenciesMs, cpuMs: (user + system) / 1_000 };
}

/** Waits for a moment and says when the request goes from: now after a sleep, whose own delay is no server's fault. */
async function due(atMs: number): Promise<number> {
  const waitMs = atMs - performance.now();
  if (waitMs <= 0) return atMs;
  await sleep(waitMs);
  return performance.now();
}
