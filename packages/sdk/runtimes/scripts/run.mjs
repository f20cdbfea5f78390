// The SDK's tests, against the package as it is packed, on every runtime that it says it runs on.
// `pnpm test:runtimes`, or some of them: `pnpm test:runtimes bun deno`. Installs what it needs.
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, pack, run, temporaryFolder } from "../../scripts/pack.mjs";
import { bundleRelay, testFiles } from "./bundle.mjs";
import { binaryOf, runtimes } from "./runtimes.mjs";
import { onProgram, onWorker } from "./stages.mjs";

const binaries = fileURLToPath(new URL("../binaries/", import.meta.url));
const timeoutMs = 180_000;

const names = process.argv.slice(2).filter((argument) => argument !== "--");
const chosen = names.length === 0 ? runtimes : runtimes.filter(({ name }) => names.includes(name));
if (chosen.length < names.length)
  throw new Error(`The runtimes are ${runtimes.map(({ name }) => name).join(", ")}`);

await installRuntimes();
const { folder, remove } = await temporaryFolder("runtimes");
try {
  await install(folder, [await pack("sdk", folder)], { type: "module" });
  await bundleRelay(join(folder, "relay.mjs"));
  const outside = await import(pathToFileURL(join(folder, "relay.mjs")).href);
  const reports = [];
  for (const runtime of chosen) {
    reports.push(await tryOn(runtime, outside));
    say(runtime, reports.at(-1));
  }
  sayTotal(reports);
} finally {
  await remove();
}

async function installRuntimes() {
  const text = (name) => readFile(join(binaries, name), "utf8").catch(() => undefined);
  const seal = "node_modules/.installed-from.json";
  if ((await text("package-lock.json")) === (await text(seal))) return;
  console.log("installing the runtimes");
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: binaries });
  await copyFile(join(binaries, "package-lock.json"), join(binaries, seal));
}

async function tryOn(runtime, { openRelay, startFaultServer, steps }) {
  const program = binaryOf(runtime);
  if (program === undefined) throw new Error(`npm has no ${runtime.name} for this machine`);
  const files = await testFiles(runtime.leftOut);
  const relay = await openRelay(runtime.repeats === undefined);
  const stage = runtime.isWorker ? onWorker : onProgram;
  const means = { folder, files, relayUrl: relay.url, startFaultServer, steps };
  const { child, begin } = await stage(program, runtime, means);
  let timer;
  try {
    return await Promise.race([
      relay.report,
      begin().then(() => relay.report),
      child.ended.then((said) => Promise.reject(new Error(`${runtime.name}: ${said}`))),
      new Promise((_, reject) => {
        timer = setTimeout(reject, timeoutMs, new Error(`${runtime.name}: no end after ${timeoutMs} ms`));
      }),
    ]);
  } finally {
    clearTimeout(timer);
    child.stop();
    await relay.close();
  }
}

function say({ name, leftOut }, { runtime, files, failed, durationMs }) {
  const passed = Object.values(files).reduce((sum, count) => sum + count, 0);
  const without = leftOut === undefined ? "" : `, without ${leftOut.join(", ")}`;
  const seconds = (durationMs / 1000).toFixed(1);
  console.log(`${name} (${runtime}): ${passed} passed, ${failed.length} failed in ${seconds} s${without}`);
  for (const { name, why } of failed) console.log(`  ✗ ${name}\n${why.replaceAll(/^/gm, "    ")}`);
}

/** A file whose tests were lost on the way to one of the runtimes would pass unseen. */
function sayTotal(reports) {
  const files = [...new Set(reports.flatMap(({ files }) => Object.keys(files)))];
  const uneven = files.filter((file) => {
    const counts = reports.filter(({ files }) => file in files).map(({ files }) => files[file]);
    return new Set(counts).size > 1 || counts.includes(0);
  });
  const failed = reports.reduce((sum, report) => sum + report.failed.length, 0);
  const passed = reports.flatMap(({ files }) => Object.values(files)).reduce((sum, count) => sum + count, 0);
  if (uneven.length > 0) console.log(`Not the same number of tests everywhere: ${uneven.join(", ")}`);
  console.log(`      Tests  ${failed > 0 ? `${failed} failed | ` : ""}${passed} passed`);
  if (failed > 0 || uneven.length > 0) process.exitCode = 1;
}
