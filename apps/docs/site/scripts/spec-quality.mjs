// Holds the document against Spectral's rules, OWASP's included, and says how it stands. An error ends it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const document = "../../../packages/spec/generated/openapi.json";
const { stdout, stderr } = spawnSync(
  process.execPath,
  [
    "node_modules/@stoplight/spectral-cli/dist/index.js",
    "lint",
    document,
    "--ruleset",
    "spectral.yaml",
    "--format",
    "json",
  ],
  { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
);
const found = JSON.parse(stdout === "" ? fail(stderr) : stdout);
const words = ["error", "warning", "information", "hint"];
const counts = words.map(
  (word, severity) => `${found.filter((entry) => entry.severity === severity).length} ${word}`,
);
for (const { severity, code, message, path } of found) {
  if (severity === 0) console.error(`${code} at ${path.join("/")}: ${message}`);
}
const warned = [...new Set(found.filter(({ severity }) => severity === 1).map(({ code }) => code))];
console.log(
  `Spectral, with OWASP's rules: ${counts.join(", ")}${warned.length > 0 ? ` (${warned.join(", ")})` : ""}`,
);
process.exitCode = found.some(({ severity }) => severity === 0) ? 1 : 0;

function fail(why) {
  throw new Error(`Spectral did not run:\n${why}`);
}
