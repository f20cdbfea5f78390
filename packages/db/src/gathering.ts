import type { Tenant } from "@onehazel/fair-share";
import type pg from "pg";
import type { FairPool } from "./fair-pool.js";

/** As many do not wait for the end of the turn: the database has something to do while the others of the turn are read. */
const itemsEnough = 6;
/** What one connection does before others have their turn, and whose locks one transaction holds. */
const itemsMax = 16;

interface Group<Item> {
  readonly tenant: Tenant;
  readonly items: Item[];
  isUnderWay: boolean;
}

export interface GatheringOptions<Item> {
  readonly pool: FairPool;
  /** Gives the connection back, whatever happens. */
  readonly perform: (client: pg.PoolClient, items: Item[]) => Promise<void>;
  /** Hears what `perform` or the pool has thrown; answers each of them. */
  readonly refuse: (error: unknown, items: readonly Item[]) => void;
}

/**
 * Gathers what comes in one turn of the event loop, or while no connection is free, so that it goes to the database together. What
 * comes alone goes alone, and no later.
 */
export class Gathering<Item> {
  readonly #options: GatheringOptions<Item>;
  readonly #open = new Map<object, Group<Item>>();

  constructor(options: GatheringOptions<Item>) {
    this.#options = options;
  }

  /** Items of the same `key` object may go together; all of them are of one tenant. */
  add(tenant: Tenant, key: object, item: Item): void {
    const group = this.#groupFor(tenant, key);
    group.items.push(item);
    if (group.items.length === itemsEnough) this.#send(key, group);
  }

  #groupFor(tenant: Tenant, key: object): Group<Item> {
    const open = this.#open.get(key);
    if (open !== undefined && open.items.length < itemsMax) return open;
    const group: Group<Item> = { tenant, items: [], isUnderWay: false };
    this.#open.set(key, group);
    setImmediate(() => this.#send(key, group));
    return group;
  }

  #send(key: object, group: Group<Item>): void {
    if (group.isUnderWay) return;
    group.isUnderWay = true;
    void this.#perform(key, group);
  }

  async #perform(key: object, group: Group<Item>): Promise<void> {
    const { pool, perform, refuse } = this.#options;
    const { items } = group;
    try {
      const client = await pool.connect(group.tenant);
      this.#close(key, group);
      await perform(client, items);
    } catch (error) {
      this.#close(key, group);
      refuse(error, items);
    }
  }

  /** Who comes from here on is of the next one. */
  #close(key: object, group: Group<Item>): void {
    if (this.#open.get(key) === group) this.#open.delete(key);
  }
}
