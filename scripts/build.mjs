// Builds one package and what it needs, and says nothing unless that takes long or fails: what follows is what was asked for.
// `node scripts/build.mjs @onehazel/api`; the exit code says whether it is built.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sayAfterMs = 3_000;

/** Resolves with whether the package is built. Writes to stderr only: stdout belongs to the program that is built. */
export async function build(name) {
  const turbo = turboProgram();
  if (turbo === undefined)
    return failed(
      "",
      "Nothing is installed yet: run `npx -y pnpm@10.34.9 install` in the repository's folder.",
    );
  const saying = setTimeout(
    () => process.stderr.write("building; the first time takes a minute\n"),
    sayAfterMs,
  );
  const { code, output } = await run(process.execPath, [
    turbo,
    "run",
    "build",
    `--filter=${name}`,
    "--output-logs=errors-only",
  ]);
  clearTimeout(saying);
  if (code === 0) return true;
  // What turbo says when no pnpm is on the path, as when a program of ours is run without it.
  return /package manager binary/.test(output)
    ? failed(
        "",
        "The build needs pnpm on the path: put `npx -y pnpm@10.34.9` in front, in the repository's folder.",
      )
    : failed(output, `Building ${name} failed.`);
}

/** Found without a PATH, since `apps/api/bin/admin.mjs` may be run by itself. */
function turboProgram() {
  try {
    return createRequire(import.meta.url).resolve("turbo/bin/turbo");
  } catch {
    return undefined;
  }
}

function run(program, args) {
  return new Promise((resolve) => {
    const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_TELEMETRY_MESSAGE_DISABLED: "1" };
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

function failed(output, why) {
  process.stderr.write(`${output}${why}\n`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await build(process.argv[2])) ? 0 : 1;
}
