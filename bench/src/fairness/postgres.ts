import { existsSync } from "node:fs";
import { openDatabase } from "@onehazel/db";
import { cloneDatabase, useOwnCluster } from "@onehazel/db/testing";
import { parentOf } from "../harness/cpu.js";
import { type BenchPostgres, startPostgres } from "../harness/postgres.js";
import { withPrograms } from "./settings.js";

/** Where Debian's `postgresql-15` has its programs. */
const packagedBin = "/usr/lib/postgresql/15/bin";

/** Debian's PostgreSQL 15, which compiles expensive statements (JIT); the embedded one where that is not installed. */
export async function startPackagedPostgres(): Promise<BenchPostgres> {
  if (!existsSync(packagedBin)) return startPostgres();
  const { leave } = await withPrograms(packagedBin, () => useOwnCluster({ durable: true }));
  const { owner, server, superuser } = await cloneDatabase();
  const admin = openDatabase({ ...superuser, poolMax: 1 });
  try {
    const { rows } = await admin.pool.query(
      "select pg_backend_pid() as pid, current_setting('server_version') as version",
    );
    const [{ pid, version }] = rows;
    return { postmasterPid: parentOf(pid), version, owner, server, superuser, stop: leave };
  } catch (error) {
    await leave();
    throw error;
  } finally {
    await admin.close();
  }
}
