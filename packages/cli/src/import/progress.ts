import { Presets, SingleBar } from "cli-progress";
import { say } from "../output.js";

/** How far an import has got. */
export interface Reached {
  readonly rows: number;
  readonly failed: number;
  /** Of the input. */
  readonly bytes: number;
}

/** Shows it on standard error: a bar on a terminal if it is known how much there is, lines anywhere else. */
export interface Progress {
  /** Begin to measure: what was skipped before costs no time that counts. */
  start(reached: Reached): void;
  to(reached: Reached): void;
  /** Leaves the last state to be seen. */
  end(): void;
}

const lineEveryMs = 2_000;

export interface ProgressOptions {
  readonly what: string;
  readonly bytesTotal: number | undefined;
}

export function showProgress({ what, bytesTotal }: ProgressOptions): Progress {
  const meter = new Meter(bytesTotal);
  return process.stderr.isTTY && bytesTotal !== undefined ? bar(what, meter, bytesTotal) : lines(what, meter);
}

/** Rate and time left since the start. */
class Meter {
  #startedMs = performance.now();
  #startRows = 0;
  #startBytes = 0;

  constructor(readonly bytesTotal: number | undefined) {}

  start({ rows, bytes }: Reached): void {
    this.#startedMs = performance.now();
    this.#startRows = rows;
    this.#startBytes = bytes;
  }

  at({ rows, bytes }: Reached): { rate: number; left: string | undefined } {
    const seconds = (performance.now() - this.#startedMs) / 1_000;
    const done = bytes - this.#startBytes;
    const isKnown = this.bytesTotal !== undefined && done > 0;
    const left = isKnown ? (seconds * ((this.bytesTotal ?? 0) - bytes)) / done : undefined;
    return {
      rate: Math.round((rows - this.#startRows) / Math.max(seconds, 0.001)),
      left: left === undefined ? undefined : duration(left),
    };
  }
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function bar(what: string, meter: Meter, bytesTotal: number): Progress {
  const format = `{bar} {percentage}% | {rows} ${what} | {rate}/s | {failed} failed | {left} left`;
  const single = new SingleBar({ format, hideCursor: true, stream: process.stderr }, Presets.shades_classic);
  const payload = (reached: Reached) => {
    const { rate, left = "--:--:--" } = meter.at(reached);
    return { ...reached, rate, left };
  };
  return {
    start: (reached) => {
      meter.start(reached);
      single.start(bytesTotal, reached.bytes, payload(reached));
    },
    to: (reached) => single.update(reached.bytes, payload(reached)),
    end: () => single.stop(),
  };
}

function lines(what: string, meter: Meter): Progress {
  let saidAtMs = performance.now();
  let last: Reached | undefined;
  const tell = (reached: Reached) => {
    const { rate, left } = meter.at(reached);
    const parts = [`${reached.rows} ${what}`, `${rate}/s`, `${reached.failed} failed`];
    say([...parts, ...(left === undefined ? [] : [`${left} left`])].join(", "));
    saidAtMs = performance.now();
    last = undefined;
  };
  return {
    start: (reached) => meter.start(reached),
    to: (reached) => {
      last = reached;
      if (performance.now() - saidAtMs >= lineEveryMs) tell(reached);
    },
    end: () => {
      if (last) tell(last);
    },
  };
}
