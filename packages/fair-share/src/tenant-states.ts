import type { Grant } from "./grant.js";
import { type Member, RoundRobin } from "./round-robin.js";
import type { Tenant } from "./tenant.js";

/** A request that waits. */
export interface Entry {
  readonly amount: number;
  readonly cost: number | undefined;
  readonly resolve: (grant: Grant) => void;
  readonly timer: NodeJS.Timeout;
}

/** What an operator, or a platform for its own calls, holds and waits for. */
export interface OperatorState extends Member {
  /** The operator's id, or its platform's. */
  readonly name: string;
  readonly platform: PlatformState;
  readonly queue: Set<Entry>;
  held: number;
  averageCost: number;
}

/** What a platform holds, its operators included, and which of them wait. */
export interface PlatformState extends Member {
  readonly id: string;
  readonly operators: Map<string, OperatorState>;
  readonly round: RoundRobin<OperatorState>;
  held: number;
}

/** The states of all tenants that hold a grant or wait for one. The state of an idle tenant is deleted. */
export class TenantStates {
  readonly #platforms = new Map<string, PlatformState>();
  readonly #quantum: number;

  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  of({ platformId, operatorId }: Tenant): OperatorState {
    const platform = this.#platform(platformId);
    const name = operatorId ?? platformId;
    const known = platform.operators.get(name);
    if (known !== undefined) return known;
    const operator: OperatorState = {
      name,
      platform,
      queue: new Set(),
      balance: this.#quantum,
      held: 0,
      averageCost: this.#quantum / 10,
    };
    platform.operators.set(name, operator);
    return operator;
  }

  forgetIfIdle({ name, held, queue, platform }: OperatorState): void {
    if (held > 0 || queue.size > 0) return;
    platform.operators.delete(name);
    if (platform.operators.size === 0) this.#platforms.delete(platform.id);
  }

  #platform(id: string): PlatformState {
    const known = this.#platforms.get(id);
    if (known !== undefined) return known;
    const platform: PlatformState = {
      id,
      operators: new Map(),
      round: new RoundRobin(this.#quantum),
      balance: this.#quantum,
      held: 0,
    };
    this.#platforms.set(id, platform);
    return platform;
  }
}
