import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { ConnectionOptions } from "../connection-options.js";
import { EmbeddedPostgresError } from "./failure.js";
import { knock, launch, type Postmaster, type PostmasterOptions, shutDown } from "./postmaster.js";
import { removeStalePidFile, servingPid } from "./postmaster-file.js";

/** Shared by every process that uses the server, so that the last one to leave knows that it is the last. */
const usersLock = 7_401_337_003;

const startTimeoutMs = 60_000;
const pollMs = 50;

/** What PostgreSQL says when another start was a moment quicker, or a killed server's children are still ending. */
const takenMessages = /lock file .* already exists|pre-existing shared memory block|still in use/;

export interface AcquireOptions extends PostmasterOptions {
  readonly superuser: ConnectionOptions;
  readonly onProgress: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to the server of this folder, starting it if it isn't there. The session returned holds a share in it:
 * a killed process loses its share with its session.
 */
export async function acquire(options: AcquireOptions): Promise<{ session: pg.Client; adopted: boolean }> {
  let launched: Postmaster | undefined;
  let deadline = Date.now() + startTimeoutMs;
  try {
    while (Date.now() < deadline) {
      options.signal?.throwIfAborted();
      const found = await knock(options.superuser);
      if (found === "starting") deadline = Date.now() + startTimeoutMs;
      else if (found !== "absent") {
        if (await takeShare(found))
          return { session: found, adopted: launched?.ended() !== undefined || !launched };
      } else if (!launched || isTaken(launched)) {
        launched = await launchUnlessServed(options);
      }
      await sleep(pollMs);
    }
    throw new EmbeddedPostgresError(
      `PostgreSQL did not answer on its socket within ${startTimeoutMs / 1000} s.`,
    );
  } catch (error) {
    if (launched?.pid !== undefined && !launched.ended()) await shutDown(launched.pid, options.clusterDir);
    throw error;
  }
}

/** A server of this folder that doesn't answer is just starting or stopping: then there is nothing to do but wait. */
async function launchUnlessServed(options: AcquireOptions): Promise<Postmaster | undefined> {
  await removeStalePidFile(options.clusterDir);
  if ((await servingPid(options.clusterDir)) !== undefined) return undefined;
  options.onProgress("starting PostgreSQL");
  return launch(options);
}

/** Whether to try again: throws what a server that ended for its own reasons had to say. */
function isTaken(launched: Postmaster): boolean {
  const failure = launched.ended();
  if (failure && !takenMessages.test(failure.message)) throw failure;
  return failure !== undefined;
}

/** Gives the share back; the last user stops the server. Returns whether it was stopped. */
export async function release(session: pg.Client, clusterDir: string): Promise<boolean> {
  const last = await leave(session);
  const pid = last ? await servingPid(clusterDir) : undefined;
  await session.end().catch(() => undefined);
  if (pid === undefined) return false;
  await shutDown(pid, clusterDir);
  return true;
}

/** False when the server began to stop under us: the last user holds the lock exclusively until it is down. */
async function takeShare(session: pg.Client): Promise<boolean> {
  try {
    await session.query("select pg_advisory_lock_shared($1)", [usersLock]);
    return true;
  } catch {
    await session.end().catch(() => undefined);
    return false;
  }
}

async function leave(session: pg.Client): Promise<boolean> {
  try {
    await session.query("select pg_advisory_unlock_shared($1)", [usersLock]);
    const { rows } = await session.query("select pg_try_advisory_lock($1) as alone", [usersLock]);
    return rows[0].alone;
  } catch {
    // No session, no server to share: what still runs here, if anything, is a leftover.
    return true;
  }
}
