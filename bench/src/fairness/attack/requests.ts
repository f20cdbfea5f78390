import { setTimeout as sleep } from "node:timers/promises";
import { type Call, Client } from "../../harness/client.js";
import type { AttackPlan } from "../messages.js";
import type { Attacking } from "./counter.js";

export const base = "/operator-data-api";
const pauseAfterFailureMs = 50;

/** Sends requests from so many callers at once, each the next one as soon as it has its response, until the attack is over. */
export async function sendRepeatedly(
  { port, index }: AttackPlan,
  { counter, signal }: Attacking,
  callers: number,
  callOf: (n: number) => Call,
): Promise<void> {
  // Each attacker has an address of its own: failed authentications are limited by address.
  const client = new Client(port, callers, `127.0.0.${2 + index}`);
  let n = 0;
  const caller = async () => {
    while (!signal.aborted) {
      try {
        counter.count((await client.send(callOf(n++))).status);
      } catch {
        counter.count("broken");
        await sleep(pauseAfterFailureMs);
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

/** The head of a request, for attacks that write bytes themselves. */
export function headOf(line: string, apiKey: string, headers: readonly string[] = []): string {
  return [`${line} HTTP/1.1`, "host: 127.0.0.1", `authorization: Bearer ${apiKey}`, ...headers, "\r\n"].join(
    "\r\n",
  );
}

export const jsonOf = (bytes: number) => ["content-type: application/json", `content-length: ${bytes}`];
