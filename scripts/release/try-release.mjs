// A release in a copy of this repository, up to the last step before the registry; and that the specification is held against
// the one of that release. `pnpm release:try`. Publishes nothing.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { region } from "../../apps/docs/scripts/blocks/regions.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const published = ["sdk", "cli"];
const scratch = mkdtempSync(join(tmpdir(), "onehazel-release-"));
const copy = join(scratch, "repository");
const env = { ...process.env, CI: "true", npm_config_update_notifier: "false" };

try {
  copyRepository();
  pnpm("install", "--frozen-lockfile", "--prefer-offline", "--ignore-scripts");
  const before = Object.fromEntries(published.map((name) => [name, manifest(name).version]));
  const steps = stepsSince(before);
  // As docs/versioning.md has them.
  const named = [...region("release/steps.sh#steps").matchAll(/^pnpm (\S+)/gm)].map(([, name]) => name);
  assert.deepEqual(named, Object.keys(steps));
  for (const name of named) steps[name]();
  trySpecification();
  console.log("A release was tried, and nothing published.");
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function copyRepository() {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 };
  const files = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    options,
  );
  for (const file of files.split("\0").filter(Boolean)) {
    const target = join(copy, file);
    mkdirSync(dirname(target), { recursive: true });
    // What is deleted and not yet committed is still listed.
    if (existsSync(join(root, file))) cpSync(join(root, file), target);
  }
  const git = (...args) => execFileSync("git", args, { cwd: copy, stdio: "ignore" });
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("-c", "user.name=release", "-c", "user.email=release@example.com", "commit", "--quiet", "-m", "copy");
}

/** The last one stops short of the registry. */
function stepsSince(before) {
  return {
    "release:try": () => console.log("release:try: this is it"),
    "release:version": () => pnpm("release:version"),
    "release:publish": () => {
      pnpm("--filter", "@onehazel/cli...", "run", "build");
      for (const name of published) tryPublishing(name, before[name]);
      tryRefusal();
    },
  };
}

function tryPublishing(name, before) {
  const { version, publishConfig } = manifest(name);
  assert.notEqual(version, before, `a changeset of ${name} raised its version`);
  assert.deepEqual(publishConfig, { access: "public", provenance: true });
  const changelog = readFileSync(join(copy, "packages", name, "CHANGELOG.md"), "utf8");
  assert.match(changelog, new RegExp(`^## ${version.replaceAll(".", "\\.")}$`, "m"));
  console.log(changelog);
  const folder = join(scratch, name);
  mkdirSync(folder);
  pnpm(
    "--filter",
    `@onehazel/${name}`,
    "exec",
    "pnpm",
    "pack",
    "--config.ignore-scripts=true",
    "--pack-destination",
    folder,
  );
  const [tarball] = readdirSync(folder);
  const { stderr, status } = spawnSync("npm", ["publish", "--dry-run", `./${tarball}`], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  assert.equal(status, 0, stderr);
  for (const file of ["package.json", "README.md", "CHANGELOG.md", "LICENSE"])
    assert.match(stderr, new RegExp(`\\s${file}$`, "m"), `${name} is published with its ${file}`);
  execFileSync("tar", ["-xzf", tarball], { cwd: folder });
  const packed = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8"));
  for (const [dependency, range] of Object.entries(packed.dependencies))
    assert.match(range, /^\d+\.\d+\.\d+$/, `${name} needs ${dependency} in a version that npm has`);
  if (name === "cli") assert.equal(packed.dependencies["@onehazel/sdk"], manifest("sdk").version);
  if (name === "sdk")
    assert.ok(
      readFileSync(join(folder, "package/dist/index.js"), "utf8").includes(`onehazel-sdk/${version}`),
    );
  console.log(`npm publish --dry-run of @onehazel/${name} ${version}: well`);
}

/** What is not attested is not published. */
function tryRefusal() {
  const check = () =>
    spawnSync("node", ["scripts/release/publish.mjs", "--check"], { cwd: copy, encoding: "utf8", env });
  const give = (name, repository) =>
    writeFileSync(
      join(copy, "packages", name, "package.json"),
      JSON.stringify({ ...manifest(name), repository }, undefined, 2),
    );
  const kept = published.map((name) => [name, manifest(name).repository]);
  const url = "git+https://example.com/onehazel.git";
  for (const name of published) give(name, undefined);
  for (const name of published) {
    const { status, stderr } = check();
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`^@onehazel/${name}: .*repository`, "m"));
    give(name, { type: "git", url, directory: `packages/${name}` });
  }
  assert.equal(check().status, 0);
  for (const [name, repository] of kept) give(name, repository);
  console.log("A release without a repository is refused: tried");
}

/** What the next change of the specification has to say. */
function trySpecification() {
  const path = join(copy, "packages/spec/generated/openapi.json");
  const check = () =>
    spawnSync("node", ["scripts/release/compatibility.mjs"], { cwd: copy, encoding: "utf8", env });
  const announce = (step) =>
    writeFileSync(join(copy, ".changeset/next.md"), `---\n"@onehazel/sdk": ${step}\n---\n\nNext.\n`);
  assert.equal(check().status, 0, "what was just released breaks nothing of itself");

  const document = JSON.parse(readFileSync(path, "utf8"));
  delete document.paths["/operator-data-api/settings"].get;
  writeFileSync(path, JSON.stringify(document));
  const bare = check();
  assert.equal(bare.status, 1);
  assert.match(bare.stdout, /^GET \/operator-data-api\/settings: it is gone$/m);
  assert.match(bare.stderr, /needs a minor changeset, and there is none/);
  announce("patch");
  assert.match(check().stderr, /there is a patch one/);
  announce("minor");
  assert.equal(check().status, 0, "below 1.0.0 a minor step may break");

  const sdk = join(copy, "packages/sdk/package.json");
  writeFileSync(sdk, JSON.stringify({ ...manifest("sdk"), version: "1.4.0" }));
  assert.match(check().stderr, /needs a major changeset, and there is a minor one/);
  announce("major");
  assert.equal(check().status, 0);
  console.log("A breaking change of the specification needs its changeset: tried");
}

function manifest(name) {
  return JSON.parse(readFileSync(join(copy, "packages", name, "package.json"), "utf8"));
}

function pnpm(...args) {
  const { status, stdout, stderr } = spawnSync("npx", ["-y", "pnpm@10.34.9", ...args], {
    cwd: copy,
    encoding: "utf8",
    env,
  });
  assert.equal(status, 0, `pnpm ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}
