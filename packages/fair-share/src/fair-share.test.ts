import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FairShare, type Grant, ShareUnavailableError, type Tenant } from "./index.js";

const one = { amount: 1 };
const operator = (platformId: string, operatorId: string): Tenant => ({ platformId, operatorId });
const a = operator("plat_1", "op_a");
const b = operator("plat_1", "op_b");
const other = operator("plat_2", "op_c");

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

/** Takes as `tenant` `times` times; `granted` grows as the grants come. */
function takeMany(shares: FairShare, tenant: Tenant, times: number, cost?: number): Grant[] {
  const granted: Grant[] = [];
  for (let n = 0; n < times; n += 1) {
    const request = cost === undefined ? one : { amount: 1, cost };
    shares.take(tenant, request).then(
      (grant) => granted.push(grant),
      () => undefined,
    );
  }
  return granted;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe("a tenant that is alone", () => {
  it("gets everything at once, without a queue", () => {
    const shares = new FairShare({ capacity: 4, quantum: 10 });
    const grants = [1, 2, 3, 4].map(() => shares.tryTake(a, one));
    expect(grants.every((grant) => grant !== undefined)).toBe(true);
    expect(shares.tryTake(a, one)).toBeUndefined();
    expect(shares.held).toBe(4);
  });

  it("is served in the order of its calls", async () => {
    const shares = new FairShare({ capacity: 1, quantum: 10 });
    const order: number[] = [];
    for (const n of [1, 2, 3]) {
      void shares.take(a, one).then((grant) => {
        order.push(n);
        grant.release();
      });
    }
    await settled();
    expect(order).toEqual([1, 2, 3]);
  });
});

describe("while another operator of the platform waits", () => {
  it("an operator holds at most half, rounded up", async () => {
    const shares = new FairShare({ capacity: 5, quantum: 10 });
    const ofA = takeMany(shares, a, 50);
    await settled();
    expect(ofA.length).toBe(5);
    const ofB = takeMany(shares, b, 50);
    for (const grant of [...ofA]) grant.release();
    await settled();
    expect(ofA.length - 5).toBeLessThanOrEqual(3);
    expect(ofB.length).toBeGreaterThanOrEqual(2);
    expect(shares.held).toBe(5);
  });

  it("a single call of another operator goes before a long queue", async () => {
    const shares = new FairShare({ capacity: 2, quantum: 10 });
    const ofA = takeMany(shares, a, 500, 10);
    await settled();
    const ofB = takeMany(shares, b, 1);
    ofA[0]?.release();
    ofA[1]?.release();
    await settled();
    expect(ofB.length).toBe(1);
  });

  it("the operators' shares follow the measured cost, not the number of calls", async () => {
    const shares = new FairShare({ capacity: 1, quantum: 10 });
    const slow = takeMany(shares, a, 200);
    const quick = takeMany(shares, b, 200);
    const used = { slow: 0, quick: 0 };
    for (let n = 0; n < 100; n += 1) {
      await settled();
      for (const grant of slow.splice(0)) {
        grant.release(20);
        used.slow += 20;
      }
      for (const grant of quick.splice(0)) {
        grant.release(2);
        used.quick += 2;
      }
    }
    expect(used.slow / used.quick).toBeGreaterThan(0.5);
    expect(used.slow / used.quick).toBeLessThan(2);
  });
});

describe("while another platform is active", () => {
  it("a platform's operators together hold at most three quarters, even if nobody waits", () => {
    const shares = new FairShare({ capacity: 8, quantum: 10 });
    shares.tryTake(other, one)?.release();
    const grants = [a, a, a, a, b, b, b, b].map((tenant) => shares.tryTake(tenant, one));
    expect(grants.filter((grant) => grant !== undefined).length).toBe(6);
    expect(shares.tryTake(other, one)).toBeDefined();
  });

  it("takes turns with it, however many operators it has", async () => {
    const shares = new FairShare({ capacity: 1, quantum: 10 });
    const hundred = Array.from({ length: 100 }, (_, n) => operator("plat_1", `op_${n}`));
    const first = takeMany(shares, a, 1, 10);
    await settled();
    const many = hundred.map((tenant) => takeMany(shares, tenant, 1, 10));
    const single = takeMany(shares, other, 1, 10);
    first[0]?.release();
    for (let n = 0; n < 3 && single.length === 0; n += 1) {
      await settled();
      for (const grants of many) for (const grant of grants.splice(0)) grant.release();
    }
    expect(single.length).toBe(1);
  });

  it("has the whole capacity again a minute after the other was last seen", async () => {
    const shares = new FairShare({ capacity: 4, quantum: 10 });
    shares.tryTake(other, one)?.release();
    await vi.advanceTimersByTimeAsync(60_001);
    const grants = [a, b, a, b].map((tenant) => shares.tryTake(tenant, one));
    expect(grants.every((grant) => grant !== undefined)).toBe(true);
  });
});

describe("bounds", () => {
  it("an operator with a strict bound never holds more, even alone", () => {
    const shares = new FairShare({ capacity: 4, quantum: 10, operatorMax: 1 });
    expect([a, a, b].map((tenant) => shares.tryTake(tenant, one) !== undefined)).toEqual([true, false, true]);
  });

  it("several operators together have a lower limit, but each of them may hold one grant", async () => {
    const shares = new FairShare({ capacity: 5, quantum: 10, sharedMax: 2 });
    const c = operator("plat_1", "op_c");
    const take = (tenant: Tenant) => shares.tryTake(tenant, one);
    const alone = [a, a, a, a, a].map(take);
    expect(alone.every((grant) => grant !== undefined)).toBe(true);
    for (const grant of alone) grant?.release();
    expect([a, b, c, a, b].map((tenant) => take(tenant) !== undefined)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    await vi.advanceTimersByTimeAsync(2_001);
    // The others have taken nothing for a while, so only what they still hold counts.
    expect([a, a].map((tenant) => take(tenant) !== undefined)).toEqual([true, true]);
  });

  it("only an entry that has waited too long is rejected", async () => {
    const shares = new FairShare({ capacity: 1, quantum: 10, waitMs: 100 });
    const held = shares.tryTake(a, one);
    const late = shares.take(a, one);
    const rejected = expect(late).rejects.toMatchObject({ problem: "waited too long" });
    await vi.advanceTimersByTimeAsync(60);
    const inTime = shares.take(b, one);
    await vi.advanceTimersByTimeAsync(60);
    await rejected;
    held?.release();
    await expect(inTime).resolves.toBeDefined();
  });

  it("a full queue rejects its own tenant only", async () => {
    const shares = new FairShare({ capacity: 1, quantum: 10, queueMax: 3 });
    takeMany(shares, a, 4);
    await settled();
    await expect(shares.take(a, one)).rejects.toBeInstanceOf(ShareUnavailableError);
    const ofB = shares.take(b, one);
    expect(shares.waiting).toBe(4);
    void ofB;
  });

  it("an amount beyond a tenant's share is granted while the tenant holds nothing", () => {
    const shares = new FairShare({ capacity: 100, quantum: 10 });
    shares.tryTake(other, { amount: 1 })?.release();
    expect(shares.tryTake(a, { amount: 90 })).toBeDefined();
  });

  it("a large entry that does not fit leaves free capacity to smaller ones", async () => {
    const shares = new FairShare({ capacity: 100, quantum: 10 });
    const held = shares.tryTake(a, { amount: 60 });
    const large: Grant[] = [];
    void shares.take(other, { amount: 50 }).then((grant) => large.push(grant));
    await settled();
    await expect(shares.take(b, { amount: 5 })).resolves.toBeDefined();
    expect(large.length).toBe(0);
    held?.release();
    await settled();
    expect(large.length).toBe(1);
  });

  it("with headroom, an operator holds no more than it leaves free, and the next operator gets a grant", () => {
    const shares = new FairShare({ capacity: 64, quantum: 10, keepsHeadroom: true });
    const unitsOf = (tenant: Tenant) => {
      let units = 0;
      while (shares.tryTake(tenant, { amount: 1 }) !== undefined) units += 1;
      return units;
    };
    expect([unitsOf(a), unitsOf(b)]).toEqual([32, 16]);
    expect(shares.tryTake(operator("plat_1", "op_new"), { amount: 16 })).toBeDefined();
  });

  it("a grant that shrinks lets others in at once", async () => {
    const shares = new FairShare({ capacity: 10, quantum: 10 });
    const held = shares.tryTake(a, { amount: 10 });
    const waiting = shares.take(b, { amount: 4 });
    held?.shrinkTo(6);
    expect([held?.amount, (await waiting).amount, shares.held]).toEqual([6, 4, 10]);
    held?.shrinkTo(8);
    expect(shares.held).toBe(10);
    held?.release();
    held?.release();
    expect([held?.amount, shares.held]).toEqual([0, 4]);
  });

  it("keeps no state of idle tenants", async () => {
    const shares = new FairShare({ capacity: 2, quantum: 10 });
    const grants = takeMany(shares, a, 10);
    for (let n = 0; n < 10; n += 1) {
      await settled();
      for (const grant of grants.splice(0)) grant.release(3);
    }
    expect([shares.held, shares.waiting]).toEqual([0, 0]);
  });

  it("for any order of calls: never exceeds the capacity, and no entry waits while it fits", async () => {
    const step = fc.record({
      tenant: fc.constantFrom(a, b, other),
      releases: fc.boolean(),
      cost: fc.nat(50),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const shares = new FairShare({ capacity: 4, quantum: 10 });
        const granted: Grant[] = [];
        for (const { tenant, releases, cost } of steps) {
          if (releases) granted.shift()?.release(cost);
          else void shares.take(tenant, one).then((grant) => granted.push(grant));
          await Promise.resolve();
          await Promise.resolve();
          expect(shares.held).toBeLessThanOrEqual(4);
        }
        while (granted.length > 0) {
          granted.shift()?.release();
          await Promise.resolve();
          await Promise.resolve();
        }
        expect([shares.held, shares.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });
});
