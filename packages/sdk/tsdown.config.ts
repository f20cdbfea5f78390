import { readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

export default defineConfig({
  entry: "src/index.ts",
  format: ["esm", "cjs"],
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  define: { __SDK_VERSION__: JSON.stringify(version) },
  // The spec's types are inlined into our own declarations: it is not published, and nothing of it runs here.
  deps: { onlyBundle: ["@onehazel/spec"], neverBundle: ["openapi-fetch"] },
  dts: true,
  sourcemap: false,
});
