// The package as a customer gets it: packed, and installed in a folder that knows nothing of this repository.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** Runs a program; its output belongs to its error. */
export async function run(program, args, options = {}) {
  try {
    return await exec(program, args, { maxBuffer: 64 * 1024 * 1024, ...options });
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")}\n${error.stdout ?? ""}${error.stderr ?? ""}`, {
      cause: error,
    });
  }
}

export async function temporaryFolder(name) {
  const folder = await mkdtemp(join(tmpdir(), `onehazel-${name}-`));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Packs a package of this repository into `folder`, builds it first, and gives the path of the tarball. */
export async function pack(name, folder) {
  const cwd = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  const pnpm = /\bpnpm\b/.test(process.env.npm_execpath ?? "")
    ? [process.execPath, process.env.npm_execpath]
    : ["npx", "-y", "pnpm@10.34.9"];
  await run(pnpm[0], [...pnpm.slice(1), "pack", "--pack-destination", folder], { cwd });
  const tarball = (await readdir(folder)).find((file) => file.startsWith(`onehazel-${name}-`));
  return join(folder, tarball);
}

/** An empty project with these packages installed: names with versions, or tarballs. */
export async function install(folder, packages, manifest = {}) {
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", version: "1.0.0", private: true, ...manifest }),
  );
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", ...packages], {
    cwd: folder,
  });
}
