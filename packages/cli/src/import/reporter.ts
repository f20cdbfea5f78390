import { say } from "../output.js";
import type { FailedRow } from "./failed-file.js";

const toldMax = 10;

/** Tells a person of the first failures; a file of them tells of all. */
export class Reporter {
  #told = 0;
  constructor(readonly isWanted: boolean) {}

  tell(failed: readonly FailedRow[]): void {
    if (!this.isWanted) return;
    for (const { row, fault } of failed.slice(0, toldMax - this.#told)) {
      say(`row ${row.number}, line ${row.line}: ${fault.code}: ${fault.message}`);
    }
    if (this.#told < toldMax && this.#told + failed.length > toldMax)
      say("… and more: --failed FILE names them all");
    this.#told = Math.min(toldMax, this.#told + failed.length);
  }
}
