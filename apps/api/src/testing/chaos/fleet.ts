import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestApi } from "../harness.js";
import { startServerProcess } from "../server-process.js";
import { startWorkerProcess } from "../worker.js";
import type { Chance } from "./chance.js";

interface Process {
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A place where a process runs; another takes it as soon as that one is gone. */
class Berth {
  #process: Promise<Process>;
  readonly #start: () => Promise<Process>;

  constructor(start: () => Promise<Process>) {
    this.#start = start;
    this.#process = start();
  }

  ready(): Promise<unknown> {
    return this.#process;
  }

  end(how: "kill" | "stop"): void {
    this.#process = this.#process.then(async (process) => {
      await process[how]();
      return this.#start();
    });
    // Awaited by whoever asks next; until then a failure to start is no crash of ours.
    this.#process.catch(() => undefined);
  }

  async close(): Promise<void> {
    await (await this.#process).kill();
  }
}

/** Two servers and a worker, each a process of its own, on one database. */
export class Fleet {
  readonly baseUrls: readonly string[];
  readonly #berths: readonly Berth[];
  kills = 0;
  stops = 0;

  private constructor(ports: readonly number[], berths: readonly Berth[]) {
    this.baseUrls = ports.map((port) => `http://127.0.0.1:${port}`);
    this.#berths = berths;
  }

  static async start(api: TestApi, masterKeys: string): Promise<Fleet> {
    const ports = [await freePort(), await freePort()];
    const servers = ports.map(
      (port) => new Berth(() => startServerProcess(api.database.server, masterKeys, { PORT: String(port) })),
    );
    const fleet = new Fleet(ports, [...servers, new Berth(() => startWorkerProcess(api, masterKeys))]);
    await fleet.ready();
    return fleet;
  }

  /** Resolves once everything runs. Throws if something did not start again. */
  async ready(): Promise<void> {
    await Promise.all(this.#berths.map((berth) => berth.ready()));
  }

  /** Every 1 to 4 seconds something ends: mostly by SIGKILL, now and then two at once. */
  async harass(chance: Chance, untilMs: number): Promise<void> {
    for (;;) {
      await sleep(1_000 + chance.below(3_000));
      if (performance.now() >= untilMs) return;
      const first = chance.below(this.#berths.length);
      const both = chance.next() < 0.2;
      for (const n of both ? [first, (first + 1) % this.#berths.length] : [first]) {
        const how = chance.next() < 0.75 ? "kill" : "stop";
        this[how === "kill" ? "kills" : "stops"] += 1;
        await this.#berths[n]?.ready();
        this.#berths[n]?.end(how);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#berths.map((berth) => berth.close()));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
