import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, type Database, migrate, openDatabase } from "@onehazel/db";
import { startEmbedded } from "@onehazel/db/embedded";
import { parentOf } from "./cpu.js";

/** A PostgreSQL of a benchmark's own, migrated, as durable as the one that `pnpm start` brings. */
export interface BenchPostgres {
  readonly postmasterPid: number;
  readonly version: string;
  readonly owner: ConnectionOptions;
  readonly server: ConnectionOptions;
  /** Of the same database: makes tables that are none of the product's. */
  readonly superuser: ConnectionOptions;
  stop(): Promise<void>;
}

/** Starts it in a temporary folder, which goes with it. */
export async function startPostgres(): Promise<BenchPostgres> {
  const dir = mkdtempSync(join(tmpdir(), "onehazel-bench-"));
  // PostgreSQL's user must get through to its own folder.
  chmodSync(dir, 0o711);
  const quiet = { info: () => undefined, warn: () => undefined };
  const postgres = await startEmbedded({ dataDir: join(dir, "postgres"), log: quiet });
  const stop = async () => {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.owner);
    const admin = openDatabase({ ...postgres.superuser, poolMax: 1 });
    try {
      await admin.pool.query("alter role onehazel_server login");
      await age(admin);
      const { rows } = await admin.pool.query(
        "select pg_backend_pid() as pid, current_setting('server_version') as version",
      );
      const { pid, version } = rows[0];
      const postmasterPid = parentOf(pid);
      // It would outlive us by design, to be adopted by the next start; here there is none.
      process.once("exit", () => endNow(postmasterPid, dir));
      return {
        postmasterPid,
        version,
        owner: postgres.owner,
        server: postgres.as("onehazel_server"),
        superuser: postgres.as("postgres"),
        stop,
      };
    } finally {
      await admin.close();
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Files of 16 MiB, PostgreSQL's own size. */
const segments = 40;

/**
 * Has the write-ahead log files of a database that has run for a while, which it uses again and again: a new one has to fill and sync
 * each file before its first use, and everybody who commits meanwhile waits for that.
 */
async function age({ pool }: Database): Promise<void> {
  await pool.query(`alter system set min_wal_size = '${segments * 16}MB'`);
  await pool.query("alter system set max_wal_size = '4GB'");
  await pool.query("select pg_reload_conf()");
  for (let segment = 0; segment < segments; segment += 1) {
    await pool.query(
      "select pg_logical_emit_message(false, 'bench', 'one record, so that there is something to switch from')",
    );
    await pool.query("select pg_switch_wal()");
  }
  await pool.query("checkpoint");
}

/** Does nothing after it was stopped in good order: the folder is gone by then, and the id may be anybody's. */
function endNow(postmasterPid: number, dir: string): void {
  if (!existsSync(dir)) return;
  process.kill(postmasterPid, "SIGQUIT");
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** A connection as a URL. */
export function urlOf({ host, port, user, database }: ConnectionOptions): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host ?? "")}&port=${port}`;
}
