// How each runtime is started. Binaries come from npm, in packages of their own for each machine.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("../binaries/node_modules/", import.meta.url));
const { arch, platform } = process;

const onNode = (major) => ({
  name: `node${major}`,
  binary: [`node${major}-${platform}-${arch}/bin/node`],
  args: (suite) => [suite],
});

// `repeats`: what its fetch sends again by itself when it loses a connection that served another request before, out of
// a client's sight. The fault server gives such a runtime a new connection for each request: what is tried is our part.
// `leftOut`: tests of what it does not have.
export const runtimes = [
  onNode(20),
  onNode(22),
  onNode(24),
  {
    name: "bun",
    binary: [
      `@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}/bin/bun`,
      `@oven/bun-${platform}-${arch}-baseline/bin/bun`,
    ],
    args: (suite) => ["run", suite],
    repeats: ["GET", "DELETE", "PUT"],
  },
  {
    name: "deno",
    binary: [`@deno/${platform}-${arch}-glibc/deno`, `@deno/${platform}-${arch}/deno`],
    args: (suite) => ["run", "--allow-all", "--node-modules-dir=manual", "--no-lock", suite],
    repeats: ["GET", "DELETE", "PUT", "PATCH", "POST"],
    // Its fetch tells no reason.
    leftOut: ["reasons.test.ts"],
  },
  {
    name: "workerd",
    binary: [`@cloudflare/workerd-${platform}-${arch === "x64" ? "64" : arch}/bin/workerd`],
    args: (config) => ["serve", "--experimental", "--control-fd=3", config],
    isWorker: true,
    repeats: ["GET", "DELETE"],
    // Nor does this one's, and nothing there makes a second realm.
    leftOut: ["reasons.test.ts", "realms.test.ts"],
  },
];

/** The program of a runtime, or undefined where npm has none for this machine. */
export function binaryOf({ binary }) {
  return binary.map((path) => join(modules, path)).find((path) => existsSync(path));
}

/** Starts a program and collects what it says; `stop` ends it, `ended` resolves with what it said. */
export function start(program, args, options) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe", "pipe"], ...options });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => resolve(`${said}exit code ${code}`));
  });
  return { control: child.stdio[3], ended, stop: () => child.kill("SIGKILL") };
}
