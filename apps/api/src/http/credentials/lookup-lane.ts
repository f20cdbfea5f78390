import type { Database } from "@onehazel/db";
import { FairShare, type Tenant } from "@onehazel/fair-share";
import { LRUCache } from "lru-cache";
import { type Credential, tenantOf } from "../credential.js";

const knownMax = 20_000;
const knownForMs = 600_000;
/** Concurrent lookups for all clients together that are over their limit of failed authentications. */
const crowdedLookupsMax = 2;
/** Waiting lookups of one such client; further ones get 503. */
const crowdedQueueMax = 100;

/** All callers that are not authenticated yet count as one tenant. */
const notAuthenticated: Tenant = { platformId: "", operatorId: "not authenticated" };

/**
 * Looks up credentials on connections of the tenant that causes the lookup. A credential that worked in the last ten minutes uses its
 * tenant's share. For other credentials, all clients over their limit of failed authentications share two connections.
 */
export class LookupLane {
  readonly #db: Database;
  readonly #known = new LRUCache<string, Tenant>({ max: knownMax, ttl: knownForMs });
  readonly #crowded = new FairShare({
    capacity: crowdedLookupsMax,
    // One lookup each, in turns.
    quantum: 1,
    queueMax: crowdedQueueMax,
  });

  constructor(db: Database) {
    this.#db = db;
  }

  /** Runs one lookup. `hint` identifies the credential; `crowdedClient` is the address of a client over its limit. */
  async run<Row>(
    hint: string,
    crowdedClient: string | undefined,
    lookUp: (db: Database) => Promise<Row>,
  ): Promise<Row> {
    const tenant = this.#known.get(hint);
    if (tenant !== undefined) return await lookUp(this.#db.for(tenant));
    const db = this.#db.for(notAuthenticated);
    if (crowdedClient === undefined) return await lookUp(db);
    const client = { platformId: "", operatorId: crowdedClient };
    const turn = await this.#crowded.take(client, { amount: 1, cost: 1 });
    try {
      return await lookUp(db);
    } finally {
      turn.release();
    }
  }

  /** Remembers the credential's tenant. */
  succeeded<C extends Credential>(hint: string, credential: C): C {
    if (!this.#known.has(hint)) this.#known.set(hint, tenantOf(credential));
    return credential;
  }
}
