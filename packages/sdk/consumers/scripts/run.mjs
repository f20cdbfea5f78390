// The packages as a customer gets them: packed, installed in an empty project, loaded in both ways and compiled by the oldest
// and the newest TypeScript in every way to find modules. `pnpm test:consumers`.
import { copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, pack, run, temporaryFolder } from "../../scripts/pack.mjs";

const typescripts = { ts54: "5.4.5", ts60: "6.0.3", ts70: "7.0.2" };
const compilersAtOnce = 2;
const nodeTypes = "20.19.9";

// As the settings of a project: `extension` decides what node16 takes the file for.
const resolutions = [
  { name: "node16, ESM", extension: "mts", module: "node16", moduleResolution: "node16" },
  { name: "node16, CommonJS", extension: "cts", module: "node16", moduleResolution: "node16" },
  { name: "bundler", extension: "ts", module: "esnext", moduleResolution: "bundler" },
  // TypeScript 6 wants to hear that it is known to be going, and 7 has it no more.
  { name: "node10", extension: "ts", module: "commonjs", moduleResolution: "node10", lastMajor: 6 },
];
// Where the types of fetch come from.
const platforms = [
  { name: "a browser's types", lib: ["es2022", "dom", "dom.iterable"], types: [] },
  { name: "Node's types", lib: ["es2022"], types: ["node"] },
];

const { folder, remove } = await temporaryFolder("consumers");
let passed = 0;
const failed = [];
try {
  const sdk = await pack("sdk", folder);
  const cli = await pack("cli", folder);
  const project = join(folder, "project");
  await cp(fileURLToPath(new URL("../project", import.meta.url)), project, { recursive: true });
  const compilers = Object.entries(typescripts).map(([name, version]) => `${name}@npm:typescript@${version}`);
  await install(project, [sdk, cli, ...compilers, `@types/node@${nodeTypes}`]);

  await attempt("an ESM program", () => run(process.execPath, ["esm.mjs"], { cwd: project }));
  await attempt("a CommonJS program", () => run(process.execPath, ["cjs.cjs"], { cwd: project }));
  await attempt("the command line", () => tryCommandLine(project));
  const settings = allSettings();
  const compileNext = async () => {
    for (let next = settings.shift(); next !== undefined; next = settings.shift()) {
      const setting = next;
      await attempt(setting.name, () => compile(project, setting));
    }
  };
  await Promise.all(Array.from({ length: compilersAtOnce }, compileNext));
} finally {
  await remove();
}
for (const { name, error } of failed) console.log(`✗ ${name}\n${error.message.replaceAll(/^/gm, "    ")}`);
console.log(`      Tests  ${failed.length > 0 ? `${failed.length} failed | ` : ""}${passed} passed`);
if (failed.length > 0) process.exitCode = 1;

async function attempt(name, act) {
  try {
    await act();
    passed++;
    console.log(`✓ ${name}`);
  } catch (error) {
    failed.push({ name, error });
  }
}

function allSettings() {
  return Object.entries(typescripts).flatMap(([alias, version]) =>
    resolutions
      .filter(({ lastMajor = Infinity }) => Number.parseInt(version, 10) <= lastMajor)
      .flatMap((resolution) =>
        platforms.map((platform) => {
          const name = `TypeScript ${version}, ${resolution.name}, ${platform.name}`;
          return { name, alias, version, resolution, platform };
        }),
      ),
  );
}

async function tryCommandLine(project) {
  const onehazel = (...args) => run("npx", ["--no-install", "onehazel", ...args], { cwd: project });
  const { stdout } = await onehazel("--help");
  if (!stdout.includes("entities")) throw new Error(`Its help is:\n${stdout}`);
  const misused = await onehazel("no-such-command").catch(({ cause }) => cause.code);
  if (misused !== 2) throw new Error(`A command that there is not ended with ${misused}`);
}

async function compile(project, { name, alias, version, resolution, platform }) {
  const { extension, module, moduleResolution } = resolution;
  const stage = join(project, name.replaceAll(/\W+/g, "-"));
  await mkdir(stage, { recursive: true });
  const file = `usage.${extension}`;
  await copyFile(join(project, "usage.ts"), join(stage, file));
  const { lib, types } = platform;
  const compilerOptions = {
    module,
    moduleResolution,
    lib,
    types,
    target: "es2022",
    strict: true,
    noEmit: true,
  };
  // Every declaration is checked: ours, and those of what we depend on.
  compilerOptions.skipLibCheck = false;
  if (moduleResolution === "node10" && version.startsWith("6.")) compilerOptions.ignoreDeprecations = "6.0";
  await writeFile(join(stage, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(project, "node_modules", alias, "bin/tsc");
  await run(process.execPath, [tsc, "-p", stage], { cwd: project });
}
