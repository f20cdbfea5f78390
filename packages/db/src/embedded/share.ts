import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { type AcquireOptions, acquire, release } from "./lease.js";

export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** This process's part in a running server. `session` is the connection that stands for it at the moment. */
export interface Share {
  readonly adopted: boolean;
  session(): pg.Client;
  giveBack(): Promise<void>;
}

const reviveEveryMs = 1_000;

/** Takes a share and keeps it: when the server dies it is started again, until the share is given back. */
export async function takeShare(options: AcquireOptions, log: Log): Promise<Share> {
  const leaving = new AbortController();
  let reviving = Promise.resolve();
  let session: pg.Client;

  const hold = (held: pg.Client): void => {
    session = held;
    held.once("end", () => {
      if (!leaving.signal.aborted) reviving = revive();
    });
  };
  const revive = async (): Promise<void> => {
    log.warn("the embedded PostgreSQL went away; bringing it back");
    while (!leaving.signal.aborted) {
      try {
        hold((await acquire({ ...options, signal: leaving.signal })).session);
        log.info("the embedded PostgreSQL is back");
        return;
      } catch (error) {
        if (!leaving.signal.aborted) log.warn(error instanceof Error ? error.message : String(error));
        await sleep(reviveEveryMs, undefined, { signal: leaving.signal }).catch(() => undefined);
      }
    }
  };

  const { session: first, adopted } = await acquire(options);
  hold(first);
  return {
    adopted,
    session: () => session,
    giveBack: async () => {
      leaving.abort();
      await reviving;
      const stopped = await release(session, options.clusterDir);
      if (!stopped) log.info("the embedded PostgreSQL stays up: another process uses it");
    },
  };
}
