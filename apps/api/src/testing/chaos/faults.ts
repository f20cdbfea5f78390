import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "@onehazel/db";
import { Redis } from "ioredis";
import type { Berth } from "./berth.js";
import type { Fault } from "./fault.js";
import type { Fleet } from "./fleet.js";
import { diskFull, readOnly } from "./storage-faults.js";

const hourMs = 3_600_000;
/** How long a killed PostgreSQL stays away before its supervisor starts it again. */
const downMs = 1_000;
const triesMax = 300;
const tryAgainMs = 100;
const connectedWithinMs = 30_000;

/** For so many seconds, and at least twice unless time is short. */
async function again(seconds: number, strike: (n: number) => Promise<void>): Promise<void> {
  const untilMs = performance.now() + seconds * 1_000;
  const timesMin = seconds < 2 ? 1 : 2;
  for (let n = 0; n < timesMin || performance.now() < untilMs; n += 1) await strike(n);
}

/** The database may still be recovering from the fault before. */
async function onceBack<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= triesMax) throw error;
      await sleep(tryAgainMs);
    }
  }
}

const killed = (pick: (fleet: Fleet) => readonly Berth[]): Fault["strike"] => {
  return ({ fleet }, seconds, mended) =>
    again(seconds, async (n) => {
      const berths = pick(fleet);
      await fleet.ready();
      await berths[n % berths.length]?.end("kill");
      mended();
    });
};

const postgresKilled = (what: "postmaster" | "everything"): Fault["strike"] => {
  return ({ cluster }, seconds, mended) =>
    again(seconds, async (n) => {
      if (n > 0) await sleep(downMs);
      await cluster.kill(what);
      await sleep(downMs);
      mended();
      await cluster.restart();
    });
};

/** PostgreSQL takes one that dies for a sign of broken memory: it ends all the others, and recovers. */
const backendKilled: Fault["strike"] = (stage, seconds, mended) =>
  again(seconds, async (n) => {
    if (n > 0) await sleep(downMs);
    const backends = await onceBack(() =>
      stage.api.sql<{ pid: number }>(
        `select pid from pg_stat_activity
         where datname = current_database() and usename = 'onehazel_server'
         order by state = 'active' desc limit 1`,
      ),
    );
    for (const { pid } of backends) process.kill(pid, "SIGKILL");
    mended();
  });

const postgresPaused: Fault["strike"] = async ({ cluster }, seconds, mended) => {
  await cluster.pause();
  try {
    await sleep(seconds * 1_000);
  } finally {
    mended();
    await cluster.resume();
  }
};

/** Whoever writes an entity waits for a lock, and holds a connection of the pool while it waits. */
const poolFilled: Fault["strike"] = async ({ api }, seconds, mended) => {
  const db = openDatabase({ ...api.database.superuser, poolMax: 1 });
  try {
    const session = await onceBack(() => db.pool.connect());
    await session.query("begin; lock table entities in exclusive mode");
    await sleep(seconds * 1_000);
    mended();
    await session.query("rollback");
    session.release();
  } finally {
    await db.close();
  }
};

/** Servers and worker lose their connections, and PostgreSQL gives them no other. */
const connectionsTaken: Fault["strike"] = async ({ api }, seconds, mended) => {
  const { databaseName } = api.database;
  const limit = (count: number) =>
    onceBack(() => api.sql(`alter database ${databaseName} connection limit ${count}`));
  await limit(0);
  try {
    await onceBack(() =>
      api.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and usename in ('onehazel_server', 'onehazel_worker')`,
      ),
    );
    await sleep(seconds * 1_000);
  } finally {
    mended();
    await limit(-1);
  }
};

const redisKilled: Fault["strike"] = async ({ redis }, seconds, mended) => {
  await redis.kill();
  await sleep(seconds * 1_000);
  mended();
  await redis.start();
};

const redisPaused: Fault["strike"] = async ({ redis }, seconds, mended) => {
  redis.pause();
  await sleep(seconds * 1_000);
  mended();
  redis.resume();
};

/** First it has no memory left, then it has become somebody's replica. */
const redisRefuses: Fault["strike"] = async ({ redis }, seconds, mended) => {
  const client = new Redis(redis.url);
  try {
    await client.config("SET", "maxmemory", "1");
    await sleep(seconds * 500);
    await client.replicaof("127.0.0.1", "1");
    await client.config("SET", "maxmemory", "0");
    await sleep(seconds * 500);
    mended();
    await client.replicaof("NO", "ONE");
  } finally {
    client.disconnect();
  }
};

const redisResets: Fault["strike"] = async ({ redis }, seconds, mended) => {
  const client = new Redis(redis.url);
  const untilMs = performance.now() + seconds * 1_000;
  let broken = 0;
  try {
    // Where servers are killed meanwhile, it may take a while until one has a connection.
    while (performance.now() < untilMs || (broken === 0 && performance.now() < untilMs + connectedWithinMs)) {
      broken += Number(await client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
      await sleep(20);
    }
    mended();
    if (broken === 0) throw new Error("no server has a connection to Redis");
  } finally {
    client.disconnect();
  }
};

/** One server is an hour ahead, the other one an hour behind, the worker ahead. */
const clocksSkewed: Fault["strike"] = async ({ fleet }, seconds, mended) => {
  const set = async (aheadMs: readonly number[]) => {
    const berths = [...fleet.servers, fleet.worker];
    await Promise.all(berths.map((berth, n) => berth.end("stop", aheadMs[n])));
    await fleet.ready();
  };
  await set([hourMs, -hourMs, hourMs]);
  await sleep(seconds * 1_000);
  mended();
  await set([0, 0, 0]);
};

const ofProcesses: readonly Fault[] = [
  { name: "a server is killed", strike: killed(({ servers }) => servers) },
  { name: "the worker is killed", busy: true, strike: killed(({ worker }) => [worker]) },
];

const ofPostgres: readonly Fault[] = [
  { name: "PostgreSQL's postmaster is killed", strike: postgresKilled("postmaster") },
  { name: "PostgreSQL is killed, all of it", busy: true, strike: postgresKilled("everything") },
  { name: "a backend of PostgreSQL is killed", strike: backendKilled },
  { name: "PostgreSQL stands still", strike: postgresPaused },
  { name: "the pools are full", actors: 60, strike: poolFilled },
  { name: "PostgreSQL has no connection left", strike: connectionsTaken },
  { name: "PostgreSQL's disk is full", strike: diskFull },
  { name: "PostgreSQL takes no writes", strike: readOnly },
];

const ofRedis: readonly Fault[] = [
  { name: "Redis is killed", strike: redisKilled },
  { name: "Redis stands still", strike: redisPaused },
  { name: "Redis takes no writes", strike: redisRefuses },
  { name: "Redis resets connections", strike: redisResets },
];

/** What holds the data and what counts calls, each one fault after another, while servers and the worker are killed at random. */
const together: Fault = {
  name: "all of it together",
  actors: 24,
  busy: true,
  strike: async (stage, seconds, mended) => {
    const { fleet, chance } = stage;
    let over = false;
    const inTurn = async (faults: readonly Fault[]) => {
      for (const fault of shuffled(faults, chance.fork())) {
        await fault.strike(stage, seconds / 3, () => undefined);
        await sleep(500);
      }
    };
    const harassed = fleet.harass(chance.fork(), () => over);
    await Promise.all([inTurn(ofPostgres), inTurn(ofRedis)]);
    over = true;
    await harassed;
    mended();
  },
};

function shuffled<T>(from: readonly T[], chance: { below(max: number): number }): T[] {
  const rest = [...from];
  return from.map(() => rest.splice(chance.below(rest.length), 1)[0] as T);
}

/** Each by itself, and in the end together. */
export const faults: readonly Fault[] = [
  ...ofProcesses,
  ...ofPostgres,
  ...ofRedis,
  { name: "clocks are an hour off", strike: clocksSkewed },
  together,
];
