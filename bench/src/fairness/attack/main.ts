import { setMaxListeners } from "node:events";
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

process.on("message", async (message: ToAttacker) => {
  if (message === "stop") {
    stopping.abort();
    await say({ tally: counter.tally });
    process.exit();
  }
  const attacking = attacks[message.plan.name](message.plan, { counter, signal: stopping.signal });
  await say("started");
  await attacking.catch((error: unknown) => counter.count(`failed: ${(error as Error).message}`));
});
process.on("disconnect", () => process.exit());
