/** The minimum rate of a large body or response; the server gives up on a slower one. */
export interface TransferLimits {
  readonly bytesPerSecondMin: number;
  /** The length of one measurement. Within a window, any rate is allowed. */
  readonly windowMs: number;
}

/** A body that is being received, or a response that is being sent. */
export interface Transfer {
  /** The bytes transferred so far. */
  bytes(): number;
  /** Called once when the transfer is too slow. The watch has ended by then. */
  giveUp(): void;
  /** Called at each check. */
  onCheck?(): void;
}

export interface Watch {
  /** Starts the measurement anew, after a wait that was not the client's fault. */
  restart(): void;
  stop(): void;
}

const checkEveryMsMax = 1_000;

/** Watches transfers, and gives up on those that are slower than allowed. */
export class MinimumRate {
  readonly #limits: TransferLimits;
  readonly #checks = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: TransferLimits) {
    this.#limits = limits;
  }

  watch(transfer: Transfer): Watch {
    const { bytesPerSecondMin, windowMs } = this.#limits;
    const bytesMin = (windowMs / 1_000) * bytesPerSecondMin;
    let startedMs = performance.now();
    let startedBytes = transfer.bytes();
    const check = () => {
      transfer.onCheck?.();
      if (performance.now() - startedMs < windowMs) return;
      if (transfer.bytes() - startedBytes >= bytesMin) return restart();
      stop();
      transfer.giveUp();
    };
    const restart = () => {
      startedMs = performance.now();
      startedBytes = transfer.bytes();
    };
    const stop = () => {
      this.#checks.delete(check);
      if (this.#checks.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
    this.#checks.add(check);
    this.#timer ??= setInterval(() => this.#checkAll(), Math.min(checkEveryMsMax, windowMs)).unref();
    return { restart, stop };
  }

  #checkAll(): void {
    for (const check of this.#checks) check();
  }
}
