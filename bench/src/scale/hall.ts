import { openDatabase } from "@onehazel/db";
import { type CpuMeter, familyMeter, processMeter } from "../harness/cpu.js";
import { type BenchPostgres, startPostgres } from "../harness/postgres.js";
import { type BenchServer, startServer } from "../harness/server.js";
import { type Amounts, fill } from "./load.js";

/** A database of some size and a server on it. */
export interface Place {
  readonly server: BenchServer;
  readonly cpu: CpuMeter;
}

/** Several of them in one PostgreSQL, so that they can be measured by turns. */
export interface Hall {
  readonly places: readonly Place[];
  readonly postgresCpu: CpuMeter;
  readonly postgresVersion: string;
}

export async function inHall<T>(sizes: readonly Amounts[], work: (hall: Hall) => Promise<T>): Promise<T> {
  const postgres = await startPostgres();
  const places: Place[] = [];
  try {
    for (const [index, amounts] of sizes.entries()) {
      const own = await copyOf(postgres, `size${index}`);
      const startedAtMs = performance.now();
      await fill(own.superuser, amounts);
      process.stderr.write(
        `  ${amounts.entities} entities and ${amounts.events} events in ${Math.round((performance.now() - startedAtMs) / 1_000)} s\n`,
      );
      const server = await startServer(own);
      places.push({ server, cpu: processMeter(server.pid) });
    }
    const postgresCpu = familyMeter(postgres.postmasterPid);
    return await work({ places, postgresCpu, postgresVersion: postgres.version });
  } finally {
    for (const { server } of places) await server.stop();
    await postgres.stop();
  }
}

async function copyOf(postgres: BenchPostgres, database: string): Promise<BenchPostgres> {
  const db = openDatabase({ ...postgres.superuser, database: "postgres", poolMax: 1 });
  try {
    await db.pool.query(`create database ${database} template onehazel owner onehazel_owner`);
  } finally {
    await db.close();
  }
  const { owner, server, superuser } = postgres;
  return {
    ...postgres,
    owner: { ...owner, database },
    server: { ...server, database },
    superuser: { ...superuser, database },
  };
}
