// What publint can't know: that the packed tarball holds the program and nothing else, and that it runs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "onehazel-cli-pack-"));
try {
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: root });
  execFileSync("sh", ["-c", "tar -xzf *.tgz"], { cwd: folder });
  const packed = join(folder, "package");
  const files = execFileSync("find", [".", "-type", "f"], { cwd: packed, encoding: "utf8" })
    .trim()
    .split("\n");
  const wanted =
    /^\.\/(package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/onehazel\.mjs|dist\/[\w/-]+\.js)$/;
  assert.deepEqual(
    files.filter((file) => !wanted.test(file)),
    [],
  );
  const manifest = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
  const declared = new Set(Object.keys(manifest.dependencies));
  for (const file of files.filter((name) => /\.m?js$/.test(name))) {
    const text = readFileSync(join(packed, file), "utf8");
    for (const [, id] of text.matchAll(/from "([^".][^"]*)"/g)) {
      const name = id.startsWith("@") ? id.split("/").slice(0, 2).join("/") : id.split("/")[0];
      assert.ok(id.startsWith("node:") || declared.has(name), `${file} imports ${id}, which is not declared`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

const bin = join(root, "bin/onehazel.mjs");
const run = (...args) => execFileSync(process.execPath, [bin, ...args], { encoding: "utf8" });
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
assert.equal(run("--version").trim(), version);
// The README shows every command that there is.
const readme = readFileSync(join(root, "README.md"), "utf8");
for (const path of commandPaths([]))
  assert.ok(readme.includes(`onehazel ${path}`), `README.md lacks \`${path}\``);

function commandPaths(path) {
  const { 1: listed } = /^Commands:\n((?: {2}\S.*\n?| {4,}\S.*\n?)+)/m.exec(run(...path, "--help")) ?? [];
  if (listed === undefined) return [path.join(" ")];
  const names = [...listed.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
  return names.flatMap((name) => commandPaths([...path, name]));
}
