// Who runs what pages show: a folder of snippets, or a page as it stands. CI's gate has to call each of them.

/** By the snippets' folder. */
export const snippetRunners = new Map([
  [".", "pnpm --filter @onehazel/docs run snippets"],
  ["deployment", "node scripts/try-deployment.mjs"],
  ["release", "node scripts/release/try-release.mjs"],
]);

/** Pages whose own blocks are run as they stand, in these languages; other pages may quote them. */
export const runPages = new Map([
  ["README.md", { languages: ["sh"], by: "node scripts/try-readme.mjs" }],
  ["packages/sdk/README.md", { languages: ["sh", "ts"], by: "node scripts/try-sdk-readme.mjs" }],
  ["packages/cli/README.md", { languages: ["sh"], by: "node scripts/try-cli-readme.mjs" }],
]);

/** What CI does not have, and what it does instead with the blocks that need it. Everything else is run as it is shown. */
export const standIns = new Map([
  [
    "deployment/compose.sh#up",
    "an engine for images: `up` is left out, `run` starts the program that the service would. The compose file and the Dockerfile are linted, and what they start is deployed without images",
  ],
  [
    "deployment/compose.sh#backup",
    "an engine for images: what `exec` is to run in the container runs beside its PostgreSQL",
  ],
  ["deployment/keys.sh#words", "Vault: a program of its name hands out the keys"],
  ["deployment/keys.sh#array", "a KMS: a program in the place of yours hands out the keys"],
  [
    "release/steps.sh#steps",
    "a registry to publish to: the first line is the trial itself, the second runs in its copy, and in the place of the third each tarball goes as far as `npm publish --dry-run`",
  ],
]);
