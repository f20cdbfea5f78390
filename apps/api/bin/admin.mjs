#!/usr/bin/env node
// `pnpm admin` in a checkout. No script of the root package, because pnpm announces those on stdout, where results go.
import { build } from "../../../scripts/build.mjs";

if (await build("@onehazel/api")) await import("../dist/admin.js");
else process.exitCode = 1;
