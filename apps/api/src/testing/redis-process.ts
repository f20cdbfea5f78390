import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real Redis of this machine, on a port and in a folder of its own. */
export interface RedisProcess {
  readonly url: string;
  /** Where its certificate lies, which signs itself; there with TLS only. */
  readonly certificate: string;
  /** Ends it as a power cut would; nothing it counted is kept. */
  kill(): Promise<void>;
  /** Starts it again, empty, where it was. */
  start(): Promise<void>;
  /** It keeps its connections and answers nobody. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const startTimeoutMs = 120_000;

/** Starts a Redis; throws with what to install where there is none. */
export async function startRedis({ tls = false } = {}): Promise<RedisProcess> {
  if (spawnSync("redis-server", ["--version"]).error !== undefined) {
    throw new Error(
      "redis-server is not installed: `apt-get install redis-server` on Debian and Ubuntu, `brew install redis` on macOS",
    );
  }
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "onehazel-redis-"));
  const certificate = join(folder, "redis.crt");
  if (tls) makeCertificate(certificate, join(folder, "redis.key"));
  let child: ChildProcess;
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);

  const start = async () => {
    const args = [
      ...(tls ? tlsArguments(port, folder) : ["--port", String(port)]),
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--save",
      "",
      "--appendonly",
      "no",
    ];
    child = spawn("redis-server", args, { stdio: "ignore" });
    await untilAnswering(port);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url: tls ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    certificate,
    kill,
    start,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    stop: async () => {
      process.off("exit", killWithUs);
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function makeCertificate(certificate: string, key: string): void {
  const kind = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  const files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate];
  const { error, status } = spawnSync("openssl", [...kind, ...files]);
  if (error !== undefined || status !== 0) throw new Error("openssl is needed to make a certificate");
}

function tlsArguments(port: number, folder: string): string[] {
  const file = (name: string) => join(folder, name);
  const certificate = ["--tls-cert-file", file("redis.crt"), "--tls-ca-cert-file", file("redis.crt")];
  const key = ["--tls-key-file", file("redis.key"), "--tls-auth-clients", "no"];
  return ["--port", "0", "--tls-port", String(port), ...certificate, ...key];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function untilAnswering(port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(20);
  }
  throw new Error("redis-server did not come up");
}
