import { readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

// The types of @onehazel/spec, a devDependency, are inlined into our declarations: it is not published.
// `pnpm check:package` proves that nothing refers to it.
export default defineConfig({
  entry: { index: "src/index.ts", testing: "src/mock/index.ts" },
  format: ["esm", "cjs"],
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  define: { __SDK_VERSION__: JSON.stringify(version) },
  dts: true,
  // Docstrings live in the declarations.
  outputOptions: { comments: false },
});
