/** One tenant of the benchmark: an operator with an API key that may write. */
export interface Tenant {
  readonly operatorId: string;
  readonly apiKey: string;
}

/** Each attack by the item of the list of faults that it stands for. */
export const attackNames = [
  "pipelining",
  "same-rows",
  "locked-row",
  "erasure",
  "unread-pages",
  "unfinished-bodies",
  "trickled-batches",
  "many-keys-body",
  "revoked-keys",
  "rare-type",
  "unknown-keys",
  "batches",
] as const;
export type AttackName = (typeof attackNames)[number];

/** What an attacker's process is told. */
export interface AttackPlan {
  readonly name: AttackName;
  readonly port: number;
  readonly apiKey: string;
  /** 0 for the first attacker, 1 for the second. */
  readonly index: number;
  /** What the database was prepared with for this run, where the attack needs it. */
  readonly externalId: string;
}
export type ToAttacker = { readonly plan: AttackPlan } | "stop";

/** How many responses of each status the attacker had; connections that broke count as `broken`. */
export type Tally = Readonly<Record<string, number>>;
export type FromAttacker = "started" | { readonly tally: Tally };

/** What the victim's process is told: how long to send requests, and with whose API key. */
export interface VictimPlan {
  readonly port: number;
  readonly apiKey: string;
  readonly durationMs: number;
}

export interface VictimResult {
  /** Of every request, failed ones included, in milliseconds. */
  readonly latenciesMs: Float64Array;
  readonly latenciesByKindMs: Readonly<Record<string, Float64Array>>;
  /** Requests without a success, by what came instead: a status, or what broke. */
  readonly errors: Tally;
  /** Responses of `/readyz` other than 200. */
  readonly notReady: number;
}
