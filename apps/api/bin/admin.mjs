#!/usr/bin/env node
// `pnpm admin` in a checkout. No script of the root package, because pnpm announces those on stdout, where results go.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const build = ["run", "build", "--filter=@onehazel/api", "--output-logs=errors-only"];
// Everything that the build says goes to stderr.
const { status } = spawnSync("turbo", build, { cwd: root, stdio: ["ignore", 2, 2] });
if (status === 0) await import("../dist/admin.js");
else process.exitCode = 1;
