import { setTimeout as sleep } from "node:timers/promises";

interface Process {
  kill(): Promise<void>;
  stop(): Promise<void>;
  readonly ended: Promise<void>;
}

const startTimeoutMs = 90_000;
const startAgainAfterMs = 200;

/** A place where a process runs; another takes it as soon as that one is gone, and tries until it can. */
export class Berth {
  /** Ends that nobody asked for, in words. */
  readonly falls: string[] = [];
  failedStarts = 0;
  readonly #name: string;
  readonly #start: (clockAheadMs: number) => Promise<Process>;
  readonly #asked = new WeakSet<Process>();
  #clockAheadMs = 0;
  #process: Promise<Process>;

  constructor(name: string, start: (clockAheadMs: number) => Promise<Process>) {
    this.#name = name;
    this.#start = start;
    this.#process = this.#begin();
  }

  /** Resolves once it runs; rejects when it could not be started for a long time. */
  async ready(): Promise<void> {
    await this.#process;
  }

  /** Ends the process, and resolves when it is gone; the next one has the clock that is told, or the right one. */
  end(how: "kill" | "stop", clockAheadMs = 0): Promise<void> {
    const gone = this.#process.then(async (process) => {
      this.#asked.add(process);
      await process[how]();
      this.#clockAheadMs = clockAheadMs;
    });
    this.#then(gone.then(() => this.#begin()));
    return gone;
  }

  async close(): Promise<void> {
    const process = await this.#process;
    this.#asked.add(process);
    await process.kill();
  }

  async #begin(): Promise<Process> {
    const deadlineMs = performance.now() + startTimeoutMs;
    for (;;) {
      try {
        const process = await this.#start(this.#clockAheadMs);
        process.ended.then(() => this.#fell(process));
        return process;
      } catch (error) {
        this.failedStarts += 1;
        if (performance.now() > deadlineMs) throw error;
        await sleep(startAgainAfterMs);
      }
    }
  }

  #fell(process: Process): void {
    if (this.#asked.has(process)) return;
    this.falls.push(`${this.#name} ended by itself`);
    this.#then(this.#process.then((now) => (now === process ? this.#begin() : now)));
  }

  #then(process: Promise<Process>): void {
    this.#process = process;
    // Awaited by whoever asks next; until then a failure to start is no crash of ours.
    process.catch(() => undefined);
  }
}
