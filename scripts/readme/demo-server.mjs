// The server as a newcomer starts it, on a data folder and a port of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const startWithinMs = 600_000;

/** Runs a shell command that starts the server, until it has said where its credentials are. */
export async function startDemo(command) {
  const dataDir = await mkdtemp(join(tmpdir(), "onehazel-readme-"));
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), ONEHAZEL_DATA_DIR: dataDir };
  const server = spawn("bash", ["-c", command], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const ended = new Promise((resolve) => server.once("exit", (code) => resolve(code)));
  let words = "";
  server.stderr.on("data", (chunk) => {
    words += chunk;
  });
  const demo = {
    dataDir,
    port,
    env,
    async stop() {
      // As Ctrl-C does it: the whole group.
      if (server.exitCode === null) process.kill(-server.pid, "SIGINT");
      console.log(`\nthe server ended with ${await ended}`);
    },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
  const giveUpMs = Date.now() + startWithinMs;
  while (!words.includes("Demo credentials")) {
    if (Date.now() > giveUpMs || server.exitCode !== null) {
      await demo.stop();
      await demo.remove();
      throw new Error(`the server did not start:\n${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return demo;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
