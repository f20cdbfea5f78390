import { Presets, SingleBar } from "cli-progress";
import { say } from "../start/say.js";

/** A line no more often than this. */
const lineEveryMs = 2_000;

/** Shows how far something has got, on standard error. */
export interface Progress {
  /** `total` is what is known of it by now. */
  to(done: number, total: number): void;
  /** Leaves the last state to be seen. */
  end(): void;
}

/** A bar on a terminal, plain lines anywhere else. `what` is counted, in the plural: `rows sealed`. */
export function showProgress(what: string): Progress {
  return process.stderr.isTTY ? bar(what) : lines(what);
}

function bar(what: string): Progress {
  const single = new SingleBar(
    { format: `{bar} {percentage}% | {value} of {total} ${what}`, hideCursor: true, stream: process.stderr },
    Presets.shades_classic,
  );
  let started = false;
  return {
    to: (done, total) => {
      if (!started) single.start(total, done);
      started = true;
      single.setTotal(Math.max(total, done));
      single.update(done);
    },
    end: () => single.stop(),
  };
}

function lines(what: string): Progress {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let last = "";
  let said = "";
  const tell = () => {
    if (last !== said) say(last);
    said = last;
    saidAtMs = performance.now();
  };
  return {
    to: (done, total) => {
      last = `${done} of ${Math.max(total, done)} ${what}`;
      if (performance.now() - saidAtMs >= lineEveryMs) tell();
    },
    end: tell,
  };
}
