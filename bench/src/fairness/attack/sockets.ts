import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttackPlan } from "../messages.js";
import type { Attacking } from "./counter.js";
import { base, headOf, jsonOf } from "./requests.js";

const mebibyte = 1_048_576;

/** A connection that counts the status of what it reads, and how it ends. */
function open({ port, index }: AttackPlan, { counter, signal }: Attacking): Socket {
  const socket = connect({ port, host: "127.0.0.1", localAddress: `127.0.0.${2 + index}` });
  socket.on("error", () => counter.count("broken"));
  signal.addEventListener("abort", () => socket.destroy());
  return socket;
}

function countStatuses(socket: Socket, { counter }: Attacking): void {
  socket.on("data", (chunk: Buffer) => {
    for (const [, status] of chunk.toString("latin1").matchAll(/HTTP\/1\.1 (\d{3})/g))
      counter.count(status as string);
  });
}

const pipelinedMax = 600_000;
const pipelinedAtOnce = 2_000;

/** One connection without credentials that pipelines requests; the second attacker's does not read the responses. */
export async function pipelining(plan: AttackPlan, attacking: Attacking): Promise<void> {
  const socket = open(plan, attacking);
  if (plan.index === 0) countStatuses(socket, attacking);
  else socket.pause();
  const some = "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".repeat(pipelinedAtOnce);
  for (
    let sent = 0;
    sent < pipelinedMax && !attacking.signal.aborted && !socket.destroyed;
    sent += pipelinedAtOnce
  ) {
    if (!socket.write(some)) await Promise.race([once(socket, "drain"), once(socket, "close")]);
  }
}

const unreadConnections = 80;

/** Connections that ask for a page of 8 MiB and do not read it. */
export async function unreadPages(plan: AttackPlan, attacking: Attacking): Promise<void> {
  for (let index = 0; index < unreadConnections && !attacking.signal.aborted; index += 1) {
    const socket = open(plan, attacking);
    socket.pause();
    socket.write(headOf(`GET ${base}/entities?limit=200&entityType=large`, plan.apiKey));
    await sleep(5);
  }
}

const unfinishedConnections = 1_600;
const unfinishedAtOnce = 40;

/** Bodies of 1 MiB of which the last byte never comes. */
export async function unfinishedBodies(plan: AttackPlan, attacking: Attacking): Promise<void> {
  const body = Buffer.alloc(mebibyte - 1, " ");
  const head = headOf(`POST ${base}/entities`, plan.apiKey, jsonOf(mebibyte));
  for (let index = 0; index < unfinishedConnections && !attacking.signal.aborted; index += 1) {
    const socket = open(plan, attacking);
    countStatuses(socket, attacking);
    socket.write(head);
    socket.write(body);
    if (index % unfinishedAtOnce === 0) await sleep(20);
  }
}

const trickles = 4;
const trickleEveryMs = 100;

/** Batches of 16 MiB that come some bytes at a time; one that the server ends is begun again. */
export async function trickledBatches(plan: AttackPlan, attacking: Attacking): Promise<void> {
  const trickle = async () => {
    while (!attacking.signal.aborted) {
      const socket = open(plan, attacking);
      countStatuses(socket, attacking);
      const closed = once(socket, "close").catch(() => undefined);
      socket.write(headOf(`POST ${base}/batch/entities`, plan.apiKey, jsonOf(16 * mebibyte)));
      const dripping = setInterval(() => socket.write(" ".repeat(100)), trickleEveryMs);
      await closed;
      clearInterval(dripping);
      await sleep(trickleEveryMs);
    }
  };
  await Promise.all(Array.from({ length: trickles }, trickle));
}
