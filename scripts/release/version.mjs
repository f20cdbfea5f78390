// Makes a release of what the changesets announce: raises the versions, writes the changelogs, and keeps the specification
// that clients of this release are written for. `pnpm release:version`; look at the diff, and commit it.
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const generated = `${root}packages/spec/generated/`;

execFileSync(
  process.execPath,
  [createRequire(import.meta.url).resolve("@changesets/cli/bin.js"), "version"],
  {
    cwd: root,
    stdio: "inherit",
  },
);
copyFileSync(`${generated}openapi.json`, `${generated}released.json`);
