import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { ConnectionOptions } from "../connection-options.js";
import { serverAccount } from "../embedded/account.js";
import { type Binaries, binariesIn, bundledBinaries } from "../embedded/binaries.js";
import { ensureCluster, superuserName } from "../embedded/cluster.js";
import { knock, launch, type Postmaster, type PostmasterOptions, shutDown } from "../embedded/postmaster.js";
import { isAlive } from "../embedded/postmaster-file.js";
import { reachableBinaries } from "../embedded/programs.js";
import { socketDir, socketPort } from "../embedded/socket.js";

/** A PostgreSQL for tests, gone with the process that started it. */
export interface TestCluster {
  readonly pid: number;
  readonly clusterDir: string;
  readonly superuser: ConnectionOptions & { host: string; port: number };
  /** Ends it as a power cut would: the postmaster alone, whose backends then leave by themselves, or all of it at once. */
  kill(what: "postmaster" | "everything"): Promise<void>;
  /** Starts it again after a kill, over what it left behind; resolves once it lets people in. */
  restart(): Promise<void>;
  /** It keeps its connections and does nothing: the postmaster and every backend. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** `durable`: what it has acknowledged outlives a kill, as it must where that is what a test is about. */
export interface TestClusterOptions {
  readonly durable?: boolean;
  /** Server parameters over ours. */
  readonly settings?: Readonly<Record<string, string>>;
}

const always = {
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "2GB",
  max_connections: "300",
  timezone: "UTC",
};

/** Where nothing is worth keeping, nothing waits for the disk. */
const fast = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", wal_init_zero: "off" };

const pollMs = 20;
/** What a killed postmaster has left behind keeps its memory, and so the next one out, until it has noticed. */
const restartTimeoutMs = 120_000;
const zombieMs = 2_000;

/**
 * Starts a cluster in a temporary folder on a unix socket. It runs the bundled binaries, or those of the folder
 * that `TEST_POSTGRES_BIN` names (it holds `initdb` and `postgres`), so that a suite can run on other versions.
 */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const dir = mkdtempSync(join(tmpdir(), "onehazel-test-"));
  try {
    // PostgreSQL's user must get through to the cluster's own folder, which lets in nobody else.
    chmodSync(dir, 0o711);
    return await startIn(dir, options);
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string, { durable = false, settings }: TestClusterOptions): Promise<TestCluster> {
  const clusterDir = join(dir, "cluster");
  const account = serverAccount(clusterDir);
  const binaries = reachableBinaries(await testBinaries(), account);
  await ensureCluster({ clusterDir, binaries, account, durable });
  const socket = socketDir(clusterDir);
  const superuser = {
    host: socket.host,
    port: socketPort,
    user: superuserName,
    database: "postgres",
    ssl: false,
  };
  const options: PostmasterOptions = {
    ...{ clusterDir, binaries, account },
    logFile: join(dir, "postgres.log"),
    settings: { ...always, ...(durable ? {} : fast), ...settings },
  };
  let pid = 0;
  let endWatch = () => undefined as unknown;
  const start = async () => {
    const postmaster = launch(options);
    pid = postmaster.pid ?? 0;
    endWatch();
    endWatch = watch(pid, dir);
    await answered(postmaster, superuser);
  };
  await start();
  return {
    get pid() {
      return pid;
    },
    clusterDir,
    superuser,
    kill: async (what) => {
      const doomed = what === "everything" ? [pid, ...(await childrenOf(pid))] : [pid];
      signalAll(doomed, "SIGKILL");
      // Where nobody reaps orphans a backend stays for good, as a zombie that holds nothing.
      const deadline = performance.now() + zombieMs;
      while (doomed.some(isAlive) && performance.now() < deadline) await sleep(pollMs);
    },
    restart: () => untilStarted(start),
    pause: async () => {
      // First the one that could make more.
      signalAll([pid], "SIGSTOP");
      signalAll(await childrenOf(pid), "SIGSTOP");
    },
    resume: async () => signalAll([...(await childrenOf(pid)), pid], "SIGCONT"),
    stop: async () => {
      endWatch();
      await shutDown(pid, clusterDir);
      socket.release();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function untilStarted(start: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + restartTimeoutMs;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(pollMs);
    }
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
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
