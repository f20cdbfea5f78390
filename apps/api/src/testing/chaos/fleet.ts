import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestApi } from "../harness.js";
import { startServerProcess } from "../server-process.js";
import { startWorkerProcess } from "../worker.js";
import { Berth } from "./berth.js";
import type { Chance } from "./chance.js";

const wellTimeoutMs = 90_000;

/** Two servers and a worker, each a process of its own, on one database. */
export class Fleet {
  readonly baseUrls: readonly string[];
  /** The servers, then the worker. */
  readonly #berths: readonly Berth[];
  kills = 0;
  stops = 0;

  private constructor(ports: readonly number[], berths: readonly Berth[]) {
    this.baseUrls = ports.map((port) => `http://127.0.0.1:${port}`);
    this.#berths = berths;
  }

  /** `settings` are the environment of the servers, beside what every server needs. */
  static async start(
    api: TestApi,
    masterKeys: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Fleet> {
    const ports = [await freePort(), await freePort()];
    const servers = ports.map((port, n) => {
      const env = { ...settings, PORT: String(port) };
      return new Berth(`server ${n + 1}`, (clockAheadMs) =>
        startServerProcess(api.database.server, masterKeys, env, { clockAheadMs }),
      );
    });
    const worker = new Berth("worker", (clockAheadMs) =>
      startWorkerProcess(api, masterKeys, { clockAheadMs }),
    );
    const fleet = new Fleet(ports, [...servers, worker]);
    await fleet.ready();
    return fleet;
  }

  get servers(): readonly Berth[] {
    return this.#berths.slice(0, -1);
  }

  get worker(): Berth {
    return this.#berths.at(-1) as Berth;
  }

  /** What went wrong with processes that nobody had touched, in words. */
  get falls(): string[] {
    return this.#berths.flatMap(({ falls }) => falls);
  }

  /** Starts that failed before one went well, as they do while the database is away. */
  get failedStarts(): number {
    return this.#berths.reduce((sum, { failedStarts }) => sum + failedStarts, 0);
  }

  /** Resolves once everything runs. Throws if something did not start again. */
  async ready(): Promise<void> {
    await Promise.all(this.#berths.map((berth) => berth.ready()));
  }

  /** Resolves once everything runs and every server asks for traffic. */
  async well(): Promise<void> {
    await this.ready();
    const deadlineMs = performance.now() + wellTimeoutMs;
    for (const baseUrl of this.baseUrls) {
      while (!(await isReady(baseUrl))) {
        if (performance.now() > deadlineMs) throw new Error(`${baseUrl} does not get ready again`);
        await sleep(20);
      }
    }
  }

  /** Every 1 to 4 seconds something ends: mostly by SIGKILL, now and then two at once. */
  async harass(chance: Chance, isOver: () => boolean): Promise<void> {
    for (;;) {
      await sleep(1_000 + chance.below(3_000));
      if (isOver()) return;
      const first = chance.below(this.#berths.length);
      const both = chance.next() < 0.2;
      for (const n of both ? [first, (first + 1) % this.#berths.length] : [first]) {
        const how = chance.next() < 0.75 ? "kill" : "stop";
        this[how === "kill" ? "kills" : "stops"] += 1;
        await this.#berths[n]?.ready();
        // Whether it starts again is asked later.
        this.#berths[n]?.end(how).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#berths.map((berth) => berth.close()));
  }
}

async function isReady(baseUrl: string): Promise<boolean> {
  const answer = await fetch(`${baseUrl}/readyz`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
