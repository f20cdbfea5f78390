// Builds the server with only what it needs to run into an empty folder: `node scripts/package-server.mjs FOLDER`. The docs site is
// built with it, unless a second argument says where it lies built already.
// The image is made of it; CI starts it without an image. Works on a copy of the sources, so that a checkout stays as it is.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, builtDocs] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node scripts/package-server.mjs FOLDER [DOCS]");
const target = resolve(folder);
if (existsSync(target)) throw new Error(`${folder} exists already`);

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const copy = mkdtempSync(join(tmpdir(), "onehazel-package-"));
const left = new Set(["node_modules", "dist", ".git", ".turbo", ".onehazel", "coverage"]);
const env = { ...process.env, CI: "true", TURBO_TELEMETRY_DISABLED: "1" };

try {
  cpSync(root, copy, { recursive: true, filter: (path) => path === root || !left.has(basename(path)) });
  pnpm("install", "--frozen-lockfile", "--prefer-offline");
  pnpm("exec", "turbo", "run", "build", "--filter=@onehazel/api", "--output-logs=errors-only");
  // No optional packages: those are the embedded PostgreSQL, which is for development.
  if (builtDocs === undefined) pnpm("docs:build");
  pnpm("--filter", "@onehazel/api", "deploy", "--legacy", "--prod", "--no-optional", target);
  cpSync(builtDocs ?? join(copy, "apps/docs/dist"), join(target, "docs"), { recursive: true });
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function pnpm(...args) {
  execFileSync("npx", ["-y", packageManager, ...args], { cwd: copy, env, stdio: ["ignore", 2, 2] });
}
