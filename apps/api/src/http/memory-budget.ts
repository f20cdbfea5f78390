import { FairShare, type Grant, ShareUnavailableError, type Tenant } from "@onehazel/fair-share";
import { unavailable } from "./errors.js";

/** Bytes that a tenant may reserve before the next tenant's turn. */
const quantumBytes = 1_048_576;
/** Waiting requests of one tenant. Each of them may hold one chunk of its body in memory. */
const queueMax = 128;

/** Bodies up to this size are not reserved: the reservation would cost more than the body. */
export const unreservedBytesMax = 16_384;

/**
 * The memory of this process for request bodies and for responses that their clients have not read. Shared fairly among tenants: an
 * operator holds at most half, so that other operators find free memory. A platform holds at most three quarters while another one is
 * active. A request waits at most five seconds.
 */
export class MemoryBudget {
  readonly #shares: FairShare;

  constructor(bytesMax: number) {
    this.#shares = new FairShare({
      capacity: bytesMax,
      quantum: quantumBytes,
      queueMax,
      keepsHeadroom: true,
    });
  }

  get heldBytes(): number {
    return this.#shares.held;
  }

  get waiting(): number {
    return this.#shares.waiting;
  }

  /** A reservation that holds nothing yet. */
  reservation(tenant: Tenant): Reservation {
    return new Reservation(this.#shares, tenant);
  }
}

/** The part of the budget that one request holds. Can grow and shrink; holds nothing after release. */
export class Reservation {
  readonly #shares: FairShare;
  readonly #tenant: Tenant;
  readonly #grants: Grant[] = [];
  #isReleased = false;

  constructor(shares: FairShare, tenant: Tenant) {
    this.#shares = shares;
    this.#tenant = tenant;
  }

  get bytes(): number {
    return this.#grants.reduce((sum, { amount }) => sum + amount, 0);
  }

  /** Resizes the reservation to `bytes` if the memory is free now. Returns whether it did. */
  tryResize(bytes: number): boolean {
    const missing = bytes - this.bytes;
    if (missing <= 0) {
      this.shrinkTo(bytes);
      return true;
    }
    if (this.#isReleased) return true;
    const grant = this.#shares.tryTake(this.#tenant, { amount: missing, cost: missing });
    if (grant !== undefined) this.#grants.push(grant);
    return grant !== undefined;
  }

  /** Resizes the reservation to `bytes`. Returns undefined if the memory is free now, else waits. Rejects with `SERVICE_UNAVAILABLE`. */
  resize(bytes: number): Promise<void> | undefined {
    return this.tryResize(bytes) ? undefined : this.#wait(bytes - this.bytes);
  }

  shrinkTo(bytes: number): void {
    let excess = this.bytes - bytes;
    while (excess > 0) {
      const grant = this.#grants.at(-1) as Grant;
      const { amount } = grant;
      if (amount <= excess) {
        this.#grants.pop();
        grant.release();
      } else grant.shrinkTo(amount - excess);
      excess -= amount;
    }
  }

  /** Releases everything. A grant that it is still waiting for is released on arrival. */
  release(): void {
    this.#isReleased = true;
    for (const grant of this.#grants.splice(0)) grant.release();
  }

  async #wait(amount: number): Promise<void> {
    try {
      const grant = await this.#shares.take(this.#tenant, { amount, cost: amount });
      if (this.#isReleased) grant.release();
      else this.#grants.push(grant);
    } catch (error) {
      throw error instanceof ShareUnavailableError ? unavailable(error) : error;
    }
  }
}
