import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { FromAttacker, ToAttacker } from "../messages.js";
import { attacks } from "./attacks.js";
import { Counter } from "./counter.js";

// An attacker's process: it attacks until it is told to stop, says how the server responded, and ends.
const say = (message: FromAttacker) =>
  new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
const stopping = new AbortController();
const counter = new Counter();
// An attack listens once a connection.
setMaxListeners(0, stopping.signal);

/** How long an erasure may take to end after the attack: what it ended with is worth knowing. */
const erasureTimeoutMs = 35_000;
let ending: () => Promise<unknown> = async () => undefined;

process.on("message", async (message: ToAttacker) => {
  if (message === "stop") {
    stopping.abort();
    await ending();
    await say({ tally: counter.tally });
    process.exit();
  }
  const attacking = attacks[message.plan.name](message.plan, { counter, signal: stopping.signal });
  const ended = attacking.catch((error: unknown) => counter.count(`failed: ${(error as Error).message}`));
  if (message.plan.name === "erasure") ending = () => Promise.race([ended, sleep(erasureTimeoutMs)]);
  await say("started");
});
process.on("disconnect", () => process.exit());
