/** How slowly a large body or response may go before the server gives up on it. */
export interface TransferLimits {
  readonly bytesPerSecondMin: number;
  /** Over which time the rate is measured, again and again; so long it may be anything. */
  readonly windowMs: number;
}

/** A body that comes in, or a response that goes out. */
export interface Transfer {
  /** How much has come or gone so far. */
  bytes(): number;
  /** Called once, when it has been slower than allowed. It is not watched any more. */
  giveUp(): void;
  /** Called at every look at it. */
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
