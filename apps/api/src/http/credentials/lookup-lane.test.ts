import { openDatabase } from "@onehazel/db";
import { expect, it } from "vitest";
import type { PlatformCredential } from "../credential.js";
import { LookupLane } from "./lookup-lane.js";

const credential: PlatformCredential = {
  reach: "platform",
  scheme: "platformKey",
  actor: { type: "platformKey", id: "1" },
  access: "write",
  opensPii: true,
  platformId: "plat_1",
  rateLimits: {},
};

/** Lookups that start in their turn and end when the test ends them. */
function lookups() {
  const ends: (() => void)[] = [];
  const lookUp = () => new Promise<void>((resolve) => void ends.push(resolve));
  return { ends, lookUp };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it("clients over their limit of failed authentications share two concurrent lookups, in turns", async () => {
  // Connects lazily, so no lookup of this test reaches a database.
  const lane = new LookupLane(openDatabase({ host: "unused" }));
  const { ends, lookUp } = lookups();
  const greedy = Array.from({ length: 20 }, (_, n) => lane.run(`unknown ${n}`, "192.0.2.1", lookUp));
  const other = lane.run("another", "192.0.2.2", lookUp);
  await settled();
  expect(ends.length).toBe(2);
  let rounds = 0;
  let isServed = false;
  void other.then(() => {
    isServed = true;
  });
  while (!isServed) {
    ends.splice(0).forEach((end) => void end());
    await settled();
    rounds += 1;
  }
  expect(rounds).toBeLessThan(10);
  while (ends.length > 0) {
    ends.splice(0).forEach((end) => void end());
    await settled();
  }
  await Promise.all(greedy);
});

it("a credential that worked before does not wait for them", async () => {
  const lane = new LookupLane(openDatabase({ host: "unused" }));
  const { ends, lookUp } = lookups();
  lane.succeeded("known", credential);
  const crowd = Array.from({ length: 5 }, (_, n) => lane.run(`unknown ${n}`, "192.0.2.1", lookUp));
  const known = lane.run("known", "192.0.2.1", lookUp);
  await settled();
  expect(ends.length).toBe(3);
  while (ends.length > 0) {
    ends.splice(0).forEach((end) => void end());
    await settled();
  }
  await Promise.all([...crowd, known]);
});

it("a client over its limit that overfills its queue is rejected", async () => {
  const lane = new LookupLane(openDatabase({ host: "unused" }));
  const { ends, lookUp } = lookups();
  const crowd = Array.from({ length: 150 }, (_, n) => lane.run(`unknown ${n}`, "192.0.2.1", lookUp));
  const results = Promise.allSettled(crowd);
  await settled();
  do {
    ends.splice(0).forEach((end) => void end());
    await settled();
  } while (ends.length > 0);
  const refused = (await results).filter(({ status }) => status === "rejected");
  expect(refused.length).toBe(48);
});
