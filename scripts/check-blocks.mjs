// Every block of code on a page that is published is one that CI runs: each stands, word for word, in a file of apps/docs/snippets
// or in a README whose blocks are run as they stand.
import { readdirSync, readFileSync } from "node:fs";
import { faultsOf, faultsOfRunners } from "../apps/docs/scripts/blocks/check.mjs";
import { shared } from "../apps/docs/site/scripts/places.mjs";

const guides = readdirSync("apps/docs/guides").map((name) => `apps/docs/guides/${name}`);
const faults = [
  ...faultsOfRunners(),
  ...[...guides, ...shared.keys()].flatMap((page) => faultsOf(readFileSync(page, "utf8"), page)),
];
for (const line of faults) console.error(line);
process.exitCode = faults.length > 0 ? 1 : 0;
