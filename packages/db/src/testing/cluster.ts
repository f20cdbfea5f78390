import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions } from "../connection-options.js";
import { serverAccount } from "../embedded/account.js";
import { type Binaries, binariesIn, bundledBinaries } from "../embedded/binaries.js";
import { ensureCluster, superuserName } from "../embedded/cluster.js";
import { knock, launch, type Postmaster, shutDown } from "../embedded/postmaster.js";
import { reachableBinaries } from "../embedded/programs.js";
import { socketDir, socketPort } from "../embedded/socket.js";

/** A PostgreSQL for tests: fast, and gone with the process that started it. */
export interface TestCluster {
  readonly pid: number;
  readonly clusterDir: string;
  readonly superuser: ConnectionOptions & { host: string; port: number };
  stop(): Promise<void>;
}

/** Nothing here is worth keeping, so nothing waits for the disk. */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "2GB",
  wal_init_zero: "off",
  max_connections: "300",
  timezone: "UTC",
};

const pollMs = 20;

/**
 * Starts a cluster in a temporary folder on a unix socket. It runs the bundled binaries, or those of the folder
 * that `TEST_POSTGRES_BIN` names (it holds `initdb` and `postgres`), so that a suite can run on other versions.
 */
export async function startTestCluster(): Promise<TestCluster> {
  const dir = mkdtempSync(join(tmpdir(), "onehazel-test-"));
  try {
    // PostgreSQL's user must get through to the cluster's own folder, which lets in nobody else.
    chmodSync(dir, 0o711);
    return await startIn(dir);
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string): Promise<TestCluster> {
  const clusterDir = join(dir, "cluster");
  const account = serverAccount(clusterDir);
  const binaries = reachableBinaries(await testBinaries(), account);
  await ensureCluster({ clusterDir, binaries, account, durable: false });
  const socket = socketDir(clusterDir);
  const superuser = {
    host: socket.host,
    port: socketPort,
    user: superuserName,
    database: "postgres",
    ssl: false,
  };
  const postmaster = launch({ clusterDir, logFile: join(dir, "postgres.log"), binaries, account, settings });
  const pid = postmaster.pid ?? 0;
  const endWatch = watch(pid, dir);
  await answered(postmaster, superuser);
  return {
    pid,
    clusterDir,
    superuser,
    stop: async () => {
      endWatch();
      await shutDown(pid, clusterDir);
      socket.release();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function answered(postmaster: Postmaster, superuser: ConnectionOptions): Promise<void> {
  for (;;) {
    const found = await knock(superuser);
    if (typeof found === "object") return found.end();
    const failure = postmaster.ended();
    if (failure) throw failure;
    await sleep(pollMs);
  }
}

async function testBinaries(): Promise<Binaries> {
  const bin = process.env.TEST_POSTGRES_BIN;
  return bin ? binariesIn(dirname(bin)) : bundledBinaries();
}

/** The watchdog's whole program: waits for the end of its input, which comes when we end, however that happens. */
const watchScript = `
  cat >/dev/null
  kill -QUIT "$1" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.2; done
  rm -rf "$2"`;

/** Leaves a shell behind that outlives us just long enough to stop the server and remove its folder. */
function watch(pid: number, dir: string): () => void {
  const watchdog = spawn("/bin/sh", ["-c", watchScript, "sh", String(pid), dir], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watchdog.unref();
  (watchdog.stdin as typeof watchdog.stdin & { unref(): void }).unref();
  return () => watchdog.kill("SIGKILL");
}
