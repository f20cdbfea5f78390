import { write, writeSync } from "node:fs";

/** Lines are written some at a time: a system call for each costs a tenth of what its request does. */
const writtenBytes = 8_192;
/** None waits longer than this. */
const flushEveryMs = 100;
/** What may wait for a reader that is slow. Beyond it lines are lost rather than the server. */
const waitingBytesMax = 4_194_304;
/** How long the end of the process waits for such a reader. */
const lastAttempts = 20;
const lastAttemptEveryMs = 50;

const retried = new Set(["EAGAIN", "EBUSY", "EINTR"]);

/**
 * Where the log's lines go: an open file. It never throws and never waits, whatever becomes of the file: a disk that is full costs
 * lines, not the server (pino's own destination tries again for ever). That lines are lost is said once on the standard error.
 */
export class LogOutput {
  readonly #fd: number;
  #lines: string[] = [];
  #bytes = 0;
  /** Handed to the system, and not taken yet. */
  #writing: Buffer | undefined;
  #saidLost = false;

  /** @param fd stays open; 1 is the standard output */
  constructor(fd: number) {
    this.#fd = fd;
    setInterval(() => this.#flush(), flushEveryMs).unref();
    process.once("exit", () => this.flushSync());
  }

  write(line: string): void {
    if (this.#bytes > waitingBytesMax) {
      this.#lose("its reader does not keep up");
      return;
    }
    this.#lines.push(line);
    this.#bytes += line.length;
    if (this.#bytes >= writtenBytes) this.#flush();
  }

  /**
   * For the end of the process, and for a fatal line, which may be the last. What the system was handed and has not confirmed is
   * written again: twice is better than not at all.
   */
  flushSync(): void {
    for (let attempt = 0; attempt < lastAttempts; attempt += 1) {
      const rest = Buffer.concat([this.#writing ?? Buffer.alloc(0), this.#take()]);
      if (rest.length === 0) return;
      this.#writing = rest;
      try {
        this.#writing = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        if (!this.#mayRetry(error)) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lastAttemptEveryMs);
      }
    }
  }

  #flush(): void {
    if (this.#writing !== undefined || this.#bytes === 0) return;
    this.#handOver(this.#take());
  }

  #take(): Buffer {
    const text = this.#lines.join("");
    this.#lines = [];
    this.#bytes = 0;
    return Buffer.from(text, "utf8");
  }

  #handOver(bytes: Buffer): void {
    this.#writing = bytes;
    write(this.#fd, bytes, (error, written) => {
      // The end of the process, or a fatal line, has written it meanwhile.
      if (this.#writing !== bytes) return;
      this.#writing = undefined;
      const rest = bytes.subarray(error === null ? written : 0);
      if (rest.length === 0) return this.#bytes >= writtenBytes ? this.#flush() : undefined;
      if (error === null) return this.#handOver(rest);
      if (this.#mayRetry(error)) {
        this.#writing = rest;
        setTimeout(() => this.#handOver(rest), flushEveryMs).unref();
      }
    });
  }

  /** Whether what could not be written may be tried again; if not, it is lost. */
  #mayRetry(error: unknown): boolean {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (retried.has(code)) return true;
    this.#writing = undefined;
    this.#lose(code);
    return false;
  }

  #lose(why: string): void {
    if (this.#saidLost) return;
    this.#saidLost = true;
    try {
      writeSync(2, `Lines of the log are lost: ${why}\n`);
    } catch {
      // Nobody is left to be told.
    }
  }
}
