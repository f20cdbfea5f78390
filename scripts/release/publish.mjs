// Builds, publishes what npm does not have yet, and tags it: `pnpm release:publish`. With --check it only says whether it would.
// npm attests from which repository a package was built, so none is published that does not name it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

const faults = ["sdk", "cli"].flatMap((name) => {
  const { repository } = JSON.parse(readFileSync(`${root}packages/${name}/package.json`, "utf8"));
  const isWhole =
    repository?.type === "git" &&
    /^git\+https:\/\/.+\.git$/.test(repository.url) &&
    repository.directory === `packages/${name}`;
  return isWhole
    ? []
    : [
        `@onehazel/${name}: its package.json needs "repository" with type git, url and directory packages/${name}`,
      ];
});
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error("Nothing was published (docs/versioning.md, A release).");
  process.exitCode = 1;
} else if (!process.argv.includes("--check")) {
  const run = (...args) =>
    execFileSync("npx", ["-y", "pnpm@10.34.9", ...args], { cwd: root, stdio: "inherit" });
  run("build");
  run("exec", "changeset", "publish");
}
