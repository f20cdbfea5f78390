import { type Command, Reply, type Seen, type Step } from "./reply.js";
import { status } from "./steps.js";

export interface FaultServer {
  readonly url: string;
  /** Every request so far, in order. */
  readonly seen: readonly Seen[];
  /** The steps for the next requests, in order; the last one serves for all that follow. */
  script(...steps: readonly [Step, ...Step[]]): void;
  close(): Promise<void>;
}

/** The part of a fault server that decides: it runs where the tests run. */
export class Script {
  readonly seen: Seen[] = [];
  #steps: Step[] = [];

  readonly set = (...steps: readonly [Step, ...Step[]]): void => {
    this.seen.length = 0;
    this.#steps = [...steps];
  };

  arrived(request: Seen, perform: (command: Command) => void, closed: Promise<void>): void {
    this.seen.push(request);
    const step = this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0];
    (step ?? status(500))(new Reply(perform, closed), request);
  }
}
