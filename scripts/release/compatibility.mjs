// Holds the specification against the one of the last release: what breaks clients needs a changeset that says so.
// `pnpm check:compatibility`, after a build. Before the first release there is nothing to hold it against.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import changesets from "@changesets/read";
import { breakingChanges } from "../../packages/spec/dist/compatibility/index.js";

const root = new URL("../../", import.meta.url);
const sdk = "@onehazel/sdk";
const read = changesets.default ?? changesets;
const json = async (path) => JSON.parse(await readFile(new URL(path, root), "utf8"));

const released = await json("packages/spec/generated/released.json").catch((error) => {
  if (error.code === "ENOENT") return undefined;
  throw error;
});
if (released === undefined) {
  console.log("Nothing was released yet: no specification to keep to.");
} else {
  const changes = breakingChanges(released, await json("packages/spec/generated/openapi.json"));
  const { version } = await json("packages/sdk/package.json");
  const found = await stepOf(sdk);
  const allowed = version.startsWith("0.") ? ["minor", "major"] : ["major"];
  if (changes.length === 0) {
    console.log("The specification breaks nothing of the last release.");
  } else {
    for (const { where, what } of changes) console.log(`${where}: ${what}`);
    if (allowed.includes(found)) {
      console.log(`This breaks clients of ${version}, and a ${found} changeset of ${sdk} says so.`);
    } else {
      const had = found === undefined ? "there is none" : `there is a ${found} one`;
      console.error(
        `This breaks clients of ${sdk} ${version}: it needs a ${allowed[0]} changeset, and ${had} (docs/versioning.md).`,
      );
      process.exitCode = 1;
    }
  }
}

/** The biggest step that the changesets at hand announce for a package. */
async function stepOf(name) {
  const steps = (await read(fileURLToPath(root)))
    .flatMap(({ releases }) => releases)
    .filter((release) => release.name === name)
    .map(({ type }) => type);
  return ["major", "minor", "patch"].find((type) => steps.includes(type));
}
