import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "../harness/client.js";
import { startServer } from "../harness/server.js";
import type { Stage } from "../harness/stage.js";

/** A server from its start to its rest. */
export interface Life {
  /** Until the first answer to a request that needs the database. */
  readonly startMs: number;
  /** Resident, once it has nothing to do. */
  readonly idleMiB: number;
}

const idleAfterMs = 3_000;

export async function lifeOf({ postgres, key }: Stage): Promise<Life> {
  const startedAtMs = performance.now();
  const server = await startServer(postgres);
  const client = new Client(server.port, 1);
  try {
    await client.sendAll([{ method: "GET", path: "/operator-data-api/entities", key }], 1);
    const startMs = performance.now() - startedAtMs;
    await sleep(idleAfterMs);
    return { startMs, idleMiB: residentMiB(server.pid) };
  } finally {
    client.close();
    await server.stop();
  }
}

function residentMiB(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) / 1_024;
}
