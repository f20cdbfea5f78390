import type { Grant } from "./grant.js";
import { LastSeen } from "./last-seen.js";
import { RoundRobin } from "./round-robin.js";
import { ShareUnavailableError } from "./share-unavailable-error.js";
import { isPlatform, type Tenant } from "./tenant.js";
import { type Entry, type OperatorState, type PlatformState, TenantStates } from "./tenant-states.js";

/**
 * `capacity`: the total amount, in any unit. `quantum`: how much cost a tenant may use before the next tenant's turn.
 * `waitMs`: how long an entry waits at most, default 5,000. `queueMax`: the maximum number of waiting entries per tenant, default 1,000.
 * `operatorMax`: the most that one operator may hold, even if no other tenant waits. Default: no limit.
 * `sharedMax`: the total while several operators use the resource. Beyond it, only an operator that holds nothing gets a grant. For
 * resources that slow down for everyone as concurrent use grows. Default: no limit.
 * `keepsHeadroom`: an operator never holds more than it leaves free, even if no entry waits: at most half for the first operator, a
 * quarter for the next one. For grants that may be held for a long time. Default false.
 */
export interface FairShareOptions {
  readonly keepsHeadroom?: boolean;
  readonly capacity: number;
  readonly quantum: number;
  readonly waitMs?: number;
  readonly queueMax?: number;
  readonly operatorMax?: number;
  readonly sharedMax?: number;
}

/**
 * `amount`: how much of the capacity is held until release. `cost`: the estimated cost; the tenant's recent average by default.
 * `waitMs`: a bound for this request instead of the general one.
 */
export interface Request {
  readonly amount: number;
  readonly cost?: number;
  readonly waitMs?: number;
}

/** For this long after another operator had to wait, an operator is limited to its share. Longer than any entry waits. */
const contentionMs = 10_000;
/** For this long after its last grant, an operator counts as one that uses the resource. */
const sharedMs = 2_000;
const platformActiveMs = 60_000;
/** The largest debt of a tenant, in quanta: it misses at most this many turns. */
const debtQuantaMax = 20;

/**
 * Shares one resource of this process among tenants.
 *
 * Free capacity is granted at once while no entry waits. Otherwise platforms take turns and, inside each, its operators. While other
 * operators wait, an operator holds at most half; while another platform is active, a platform holds at most three quarters. An entry
 * larger than its tenant's share is granted while the tenant holds nothing.
 *
 * @example
 * const grant = shares.tryTake(tenant, { amount: 1 }) ?? (await shares.take(tenant, { amount: 1 }));
 * try { await work() } finally { grant.release(elapsedMs) }
 */
export class FairShare {
  readonly #capacity: number;
  /** The maximum per operator at any time, and (below) while other operators wait. */
  readonly #operatorMax: number;
  readonly #operatorShare: number;
  readonly #platformShare: number;
  readonly #quantum: number;
  readonly #waitMs: number;
  readonly #queueMax: number;
  readonly #keepsHeadroom: boolean;
  readonly #sharedMax: number;
  readonly #states: TenantStates;
  readonly #round: RoundRobin<PlatformState>;
  readonly #waits = new LastSeen();
  readonly #users = new LastSeen();
  readonly #activity = new LastSeen();
  #held = 0;
  #waiting = 0;

  constructor({
    capacity,
    quantum,
    waitMs = 5_000,
    queueMax = 1_000,
    operatorMax = capacity,
    sharedMax = capacity,
    keepsHeadroom = false,
  }: FairShareOptions) {
    this.#capacity = capacity;
    this.#operatorMax = operatorMax;
    this.#operatorShare = Math.min(operatorMax, Math.max(1, Math.ceil(capacity / 2)));
    this.#platformShare = Math.max(1, Math.ceil((capacity * 3) / 4));
    this.#quantum = quantum;
    this.#waitMs = waitMs;
    this.#queueMax = queueMax;
    this.#keepsHeadroom = keepsHeadroom;
    this.#sharedMax = sharedMax;
    this.#states = new TenantStates(quantum);
    this.#round = new RoundRobin(quantum);
  }

  /** How much is granted now, in the unit of the capacity. */
  get held(): number {
    return this.#held;
  }

  /** How many entries wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Grants at once, or returns undefined if the request would have to wait. */
  tryTake(tenant: Tenant, request: Request): Grant | undefined {
    const nowMs = performance.now();
    if (isPlatform(tenant)) this.#activity.note(tenant.platformId, nowMs);
    if (this.#waiting > 0) return undefined;
    const amount = Math.min(request.amount, this.#capacity);
    if (this.#held + amount > this.#capacity) return undefined;
    const operator = this.#states.of(tenant);
    if (this.#isWithinShare(operator, amount, nowMs)) return this.#grant(operator, amount, request.cost);
    this.#states.forgetIfIdle(operator);
    return undefined;
  }

  /** Waits for its turn. Rejects with `ShareUnavailableError`. */
  take(tenant: Tenant, request: Request): Promise<Grant> {
    if (isPlatform(tenant)) this.#activity.note(tenant.platformId, performance.now());
    const operator = this.#states.of(tenant);
    if (operator.queue.size >= this.#queueMax) return Promise.reject(new ShareUnavailableError("queue full"));
    return new Promise((resolve, reject) => {
      const entry: Entry = {
        amount: Math.min(request.amount, this.#capacity),
        cost: request.cost,
        resolve,
        timer: setTimeout(() => {
          this.#leave(operator, entry);
          reject(new ShareUnavailableError("waited too long"));
          this.#serve();
        }, request.waitMs ?? this.#waitMs),
      };
      this.#enter(operator, entry);
      this.#serve();
      if (operator.queue.has(entry)) this.#noteWait(operator);
    });
  }

  #enter(operator: OperatorState, entry: Entry): void {
    operator.queue.add(entry);
    operator.platform.round.add(operator);
    this.#round.add(operator.platform);
    this.#waiting += 1;
  }

  #leave(operator: OperatorState, entry: Entry): void {
    clearTimeout(entry.timer);
    operator.queue.delete(entry);
    this.#waiting -= 1;
    const { platform } = operator;
    if (operator.queue.size === 0) platform.round.remove(operator);
    if (platform.round.isEmpty) this.#round.remove(platform);
    this.#states.forgetIfIdle(operator);
  }

  /**
   * Serves waiting entries in the tenants' turns until no entry fits. Entries that do not fit are skipped, so that a large entry does
   * not delay small ones. The limits on shares leave capacity for the large entry.
   */
  #serve(): void {
    const nowMs = performance.now();
    const isEligible = (operator: OperatorState) => {
      const { amount } = firstOf(operator.queue);
      return this.#held + amount <= this.#capacity && this.#isWithinShare(operator, amount, nowMs);
    };
    while (this.#waiting > 0 && this.#held < this.#capacity) {
      const platform = this.#round.next(({ round }) => round.has(isEligible));
      const operator = platform?.round.next(isEligible);
      if (operator === undefined) return;
      const entry = firstOf(operator.queue);
      const grant = this.#grant(operator, entry.amount, entry.cost);
      this.#leave(operator, entry);
      entry.resolve(grant);
    }
  }

  #noteWait({ name, platform }: OperatorState): void {
    // The server's own work and unauthenticated callers take turns, but do not reduce the shares of others.
    if (platform.id !== "") this.#waits.note(name, performance.now());
  }

  #isWithinShare(operator: OperatorState, amount: number, nowMs: number): boolean {
    const { platform } = operator;
    const freeAfter = this.#capacity - this.#held - amount;
    if (this.#keepsHeadroom && operator.held > 0 && operator.held + amount > freeAfter) return false;
    const isContended = nowMs - this.#waits.otherThan(operator.name) < contentionMs;
    const operatorMax = isContended ? this.#operatorShare : this.#operatorMax;
    if (operator.held > 0 && operator.held + amount > operatorMax) return false;
    const isOverShared = operator.held > 0 && this.#held + amount > this.#sharedMax;
    if (isOverShared && nowMs - this.#users.otherThan(operator.name) < sharedMs) return false;
    const hasOtherPlatforms = nowMs - this.#activity.otherThan(platform.id) < platformActiveMs;
    return !hasOtherPlatforms || platform.held === 0 || platform.held + amount <= this.#platformShare;
  }

  #grant(operator: OperatorState, amount: number, cost = operator.averageCost): Grant {
    this.#hold(operator, amount);
    this.#charge(operator, cost);
    if (this.#sharedMax < this.#capacity && operator.platform.id !== "")
      this.#users.note(operator.name, performance.now());
    let held = amount;
    let isReleased = false;
    return {
      get amount() {
        return held;
      },
      shrinkTo: (smaller) => {
        if (isReleased || smaller >= held) return;
        this.#hold(operator, smaller - held);
        held = smaller;
        if (this.#waiting > 0) this.#serve();
      },
      release: (measured = cost) => {
        if (isReleased) return;
        isReleased = true;
        operator.averageCost += (measured - operator.averageCost) / 8;
        this.#charge(operator, measured - cost);
        this.#hold(operator, -held);
        held = 0;
        this.#states.forgetIfIdle(operator);
        if (this.#waiting > 0) this.#serve();
      },
    };
  }

  #hold(operator: OperatorState, amount: number): void {
    this.#held += amount;
    operator.held += amount;
    operator.platform.held += amount;
  }

  #charge(operator: OperatorState, cost: number): void {
    const balanceMin = -debtQuantaMax * this.#quantum;
    operator.balance = Math.max(operator.balance - cost, balanceMin);
    operator.platform.balance = Math.max(operator.platform.balance - cost, balanceMin);
  }
}

function firstOf(queue: ReadonlySet<Entry>): Entry {
  return queue.values().next().value as Entry;
}
