import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const redocly = createRequire(import.meta.url).resolve("@redocly/cli/bin/cli.js");
const config = fileURLToPath(new URL("../redocly.yaml", import.meta.url));

/**
 * Lints documents with our configuration, all in one run of the command line (Redocly's core can't be imported from it).
 * @param {readonly string[]} documents OpenAPI as YAML
 * @returns {Promise<{ ruleId: string, message: string }[][]>} what each document is told, in their order
 */
export async function runLint(documents) {
  const folder = await mkdtemp(join(tmpdir(), "onehazel-lint-"));
  try {
    const files = documents.map((_, index) => join(folder, `${index}.yaml`));
    await Promise.all(files.map((file, index) => writeFile(file, documents[index])));
    const text = await stdoutOf(["lint", ...files, "--config", config, "--format", "json"]);
    // One JSON value a document, set one against the other.
    return JSON.parse(`[${text.replaceAll("\n}{", "\n},{")}]`).map(({ problems }) => problems);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Problems make the command exit with 1, so only its output tells whether it ran. */
function stdoutOf(args) {
  const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const bytesMax = 16 * 1024 * 1024;
  return new Promise((resolve, reject) =>
    execFile(process.execPath, [redocly, ...args], { env, maxBuffer: bytesMax }, (error, stdout, stderr) =>
      stdout === "" ? reject(error ?? new Error(stderr)) : resolve(stdout),
    ),
  );
}
