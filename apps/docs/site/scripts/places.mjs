// Where things are, and which files of the repository are pages of the site.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export const repository = at("../../../../");
export const guides = at("../../guides/");
export const content = at("../src/content/docs/");
export const generated = at("../src/generated/");
/** What the generator writes. */
export const raw = at("../dist/");
/** What is published: the generator's pages, finished. */
export const site = at("../../dist/");

/** Pages that stand in the repository for other readers too, each with where it is on the site. */
export const shared = new Map(
  Object.entries({
    "packages/sdk/README.md": "packages/sdk",
    "packages/cli/README.md": "packages/cli",
    "docs/operations.md": "running/operations",
    "docs/runbook.md": "running/runbook",
    "docs/scaling.md": "running/scaling",
    "docs/performance.md": "running/performance",
    "docs/versioning.md": "running/versioning",
    "docs/keys.md": "running/keys",
    "SECURITY.md": "running/security",
    "docs/architecture.md": "running/architecture",
  }).filter(([file]) => existsSync(`${repository}${file}`)),
);
