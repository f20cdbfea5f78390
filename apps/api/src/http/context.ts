import type { Database, TenantTransaction } from "@onehazel/db";
import type { Logger } from "pino";
import type { Credential } from "./credential.js";
import type { CursorCodec } from "./cursor.js";
import type { IdempotencyRequest } from "./idempotency/request.js";
import type { TenantKeys } from "./tenant-keys.js";
import type { Turns } from "./turns.js";

/** A read that showed a person's data in clear: who read what of whose. */
export interface Access {
  readonly operatorId: string;
  readonly actor: { readonly type: string; readonly id: string };
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  /** The entity that was read, or that the target belongs to. */
  readonly entityId: string;
  readonly requestId: string;
}

/** What every request shares: made once at start. */
export interface Services {
  readonly db: Database;
  readonly keys: TenantKeys;
  readonly cursors: CursorCodec;
  readonly log: Logger;
  /** Takes note of a read for the audit log. Written behind, so that nobody waits for it. */
  readonly noteAccess: (access: Access) => void;
}

/** The first argument of every handler. */
export interface Context<C extends Credential = Credential> extends Services {
  readonly requestId: string;
  readonly credential: C;
  /** Undefined without an Idempotency-Key, and where the spec honours none. */
  readonly idempotency: IdempotencyRequest | undefined;
  /** Whether the credential was remembered, not looked up for this request: nothing may be told before the database has seen it. */
  readonly isRecalled: boolean;
  /** The credential as it is now. Throws 401 if it has stopped working, 403 if it may no longer do this. */
  readonly resolveAgain: () => Promise<C>;
  /** Splits long work, so that other requests run in between. */
  readonly turns: Turns;
  /**
   * Holds a success against the spec; throws what is wrong with it. Asked before the commit, so that what is answered as a fault
   * of ours was not done. Undefined unless replies are checked.
   */
  readonly checkReply: (reply: {
    readonly status: number;
    readonly text: string;
  }) => Promise<void> | undefined;
}

/** A context whose work happens in one transaction under the tenant's scope. */
export interface TransactionContext<C extends Credential = Credential> extends Context<C> {
  readonly tx: TenantTransaction;
}
