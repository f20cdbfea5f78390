// Runs a script of the site's generator, which has a lockfile of its own: installed here, when it is wanted, and never by `pnpm start`.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [script] = process.argv.slice(2);
if (script === undefined) throw new Error("usage: node apps/docs/scripts/site.mjs SCRIPT");
const cwd = fileURLToPath(new URL("../site", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL("../site/package.json", import.meta.url), "utf8"));

for (const args of [
  ["install", "--frozen-lockfile", "--prefer-offline", "--reporter=silent"],
  ["run", script],
]) {
  execFileSync("npx", ["-y", packageManager, ...args], { cwd, stdio: "inherit" });
}
