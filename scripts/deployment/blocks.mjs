// Runs the blocks of apps/docs/snippets/deployment, which docs/operations.md and docs/keys.md show, on a machine of an operator's: one folder
// in the place of another's paths and names, programs in the place of what CI does not have (apps/docs/scripts/blocks/runners.mjs).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { region, regionsOf, snippetFiles } from "../../apps/docs/scripts/blocks/regions.mjs";
import { idOf } from "./postgres.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const prelude = `set -euo pipefail
pnpm() { [ "$1" = admin ]; shift; node /opt/onehazel/dist/admin.js "$@"; }
docker() {
  [ "$1 $2 $3" = "compose -f deploy/compose.yaml" ]; shift 3
  case "$1 $2 $3" in
    "up --build --wait") ;;
    "run --rm admin") shift 3; node /opt/onehazel/dist/admin.js "$@" ;;
    "exec -T postgres") shift 3; "$@" ;;
    *) echo "no stand-in for docker compose $*" >&2; return 1 ;;
  esac
}
`;

/** A folder with what of the repository the blocks name, that belongs to a user who owns nothing else. */
export function operatorsMachine(folder, server) {
  const work = join(folder, "work");
  for (const path of ["deploy/postgres", "packages/db/migrations/0001_roles.sql"])
    cpSync(join(repository, path), join(work, path), { recursive: true });
  const account = process.getuid() === 0 ? idOf("nobody") : {};
  if (account.uid !== undefined)
    for (const path of ["", "deploy"]) chownSync(join(work, path), account.uid, account.gid);
  mkdirSync(join(folder, "bin"));
  const ran = new Set();

  return {
    work,
    /** Runs a block with these variables, `names` in the place of the page's, and answers what it printed. */
    run(address, { env = {}, names = {}, after = "", inRepository = false } = {}) {
      const block = region(`deployment/${address}`);
      ran.add(address);
      const text = Object.entries({ "/opt/onehazel": server, ...names }).reduce(
        (script, [name, value]) => script.replaceAll(name, value),
        `${prelude}${block}${after}`,
      );
      const PATH = [join(folder, "bin"), dirname(process.execPath), process.env.PATH].join(":");
      const { status, stdout, stderr } = spawnSync("bash", ["-c", text], {
        ...(inRepository ? { cwd: repository } : { ...account, cwd: work }),
        env: { PATH, NODE_ENV: "production", ...(inRepository ? process.env : {}), ...env },
        encoding: "utf8",
      });
      assert.equal(status, 0, `${address} ended with ${status}:\n${stdout}${stderr}`);
      return stdout;
    },
    /** What `deploy/.env` says. */
    environment: () =>
      Object.fromEntries(
        [...readFileSync(join(work, "deploy/.env"), "utf8").matchAll(/^(\w+)=(.*)$/gm)].map(
          ([, name, value]) => [name, value],
        ),
      ),
    /** A program that prints a text when it is called with these words. */
    standIn(path, words, text) {
      writeFileSync(path, `#!/bin/sh\n[ "$*" = "${words}" ] && cat <<'TEXT'\n${text}\nTEXT\n`);
      chmodSync(path, 0o755);
    },
    assertAllRan() {
      const blocks = snippetFiles()
        .filter((file) => file.startsWith("deployment/"))
        .flatMap((file) =>
          [...regionsOf(file).keys()].map((name) => `${file}#${name}`.slice("deployment/".length)),
        );
      assert.deepEqual(
        blocks.filter((address) => !ran.has(address)),
        [],
      );
    },
  };
}
