// Bundles the test files as they are. Three things are put in another's place: the package that is tested (what was packed,
// instead of the sources), vitest (its runner alone) and the listening part of the fault server (a line to a process of Node).
import { readdir } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = fileURLToPath(new URL("../../src", import.meta.url));
const suite = fileURLToPath(new URL("../suite", import.meta.url));

/** Every test file; those that need what a runtime does not have are left out by name. */
export async function testFiles(leftOut = []) {
  const names = (await readdir(source)).filter((name) => name.endsWith(".test.ts")).sort();
  return names.filter((name) => !leftOut.includes(name));
}

/** `contents` is the module that begins; `files` are the test files that it finds in `suite:files`. */
export async function bundle(outfile, contents, { project, files = [], inline = false }) {
  await build({
    stdin: { contents, resolveDir: suite, loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "import"],
    external: ["node:*"],
    logLevel: "error",
    plugins: [stage(project, files, inline)],
  });
}

function stage(project, files, inline) {
  return {
    name: "stage",
    setup({ onResolve, onLoad, resolve: find }) {
      onResolve({ filter: /^suite:files$/ }, ({ path }) => ({ path, namespace: "suite" }));
      onLoad({ filter: /.*/, namespace: "suite" }, () => ({
        contents: `export const files = {${files
          .map((name) => `${JSON.stringify(name)}: () => import(${JSON.stringify(join(source, name))})`)
          .join(",")}}`,
        resolveDir: suite,
      }));
      onResolve({ filter: /^vitest$/ }, () => ({ path: join(suite, "vitest.ts") }));
      // Installed beside the bundle, or for a runtime that takes one file put into it as a customer's bundler would.
      const packed = (kind) =>
        inline
          ? find("@onehazel/sdk", { resolveDir: project, kind, pluginData: "packed" })
          : { path: "@onehazel/sdk", external: true };
      onResolve({ filter: /^@onehazel\/sdk$/ }, ({ kind, pluginData }) =>
        pluginData === "packed" ? undefined : packed(kind),
      );
      onResolve({ filter: /^\.\.?\// }, ({ path, importer, kind }) => {
        const target = relative(source, resolve(dirname(importer), path)).replaceAll("\\", "/");
        if (target.startsWith("..")) return undefined;
        if (target === "index.js") return packed(kind);
        if (target === "testing/listen.js") return { path: join(suite, "listen.ts") };
        if (target.startsWith("testing/") || target.endsWith(".test.ts")) return undefined;
        return { errors: [{ text: `${target} is no part of the package that a customer sees` }] };
      });
    },
  };
}

/** The part that runs in Node, beside the runtime that is tested. */
export async function bundleRelay(outfile) {
  await build({
    stdin: {
      contents: `
        export { openRelay } from "./relay.ts";
        export { startFaultServer } from "../../src/testing/listen.ts";
        export * as steps from "../../src/testing/steps.ts";
      `,
      resolveDir: suite,
      loader: "ts",
    },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
}
