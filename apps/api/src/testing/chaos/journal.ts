/** A number that only grows: what is written has one, so that it can be told from what was written before. */
let lastNumber = 0;
export function nextNumber(): number {
  lastNumber += 1;
  return lastNumber;
}

/** One life of an external id, from its creation to its erasure. */
export interface Life {
  /** What the last acknowledged upsert wrote. */
  version: number | undefined;
  balance: number | undefined;
  /** The markers of the acknowledged events. */
  readonly events: Set<string>;
}

/** Somebody whom one actor alone writes about, one call at a time, so that the last word is known. */
export interface Person {
  readonly externalId: string;
  life: Life | undefined;
}

/** What the servers have acknowledged: the promise that the database is held against. */
export class Journal {
  readonly people: Person[] = [];
  /** Erased lives by the id of their receipt, with how many events each had. */
  readonly erased: { readonly externalId: string; readonly erasureId: string | undefined; events: number }[] =
    [];
  readonly batches: string[] = [];
  readonly operators: string[] = [];
  retentionDays: number | undefined;
  settingsWritten = 0;
  acknowledged = 0;
  /** When each write was acknowledged, in order. */
  readonly writtenAtMs: number[] = [];
  /** How long each call took, all its attempts and waits together. */
  readonly durationsMs: number[] = [];
  /** Calls that failed for good, and answers that were not what had been acknowledged. */
  readonly faults: string[] = [];

  newPerson(externalId: string): Person {
    const person = { externalId, life: undefined };
    this.people.push(person);
    return person;
  }

  /** Waits for a call's acknowledgement; undefined, with a fault, when it never comes. */
  async acknowledge<T>(what: string, call: PromiseLike<T>): Promise<T | undefined> {
    const startedMs = performance.now();
    try {
      const answer = await call;
      const nowMs = performance.now();
      this.acknowledged += 1;
      this.durationsMs.push(nowMs - startedMs);
      if (what !== "read") this.writtenAtMs.push(nowMs);
      return answer;
    } catch (error) {
      const { name, code, message } = error as Error & { code?: string };
      this.faults.push(`${what}: ${name} ${code ?? ""} ${message}`);
      return undefined;
    }
  }
}

export function newLife(): Life {
  return { version: undefined, balance: undefined, events: new Set() };
}
