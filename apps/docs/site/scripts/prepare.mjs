// Writes the generator's input: guides with their snippets, pages that other readers of the repository have too, a page a code.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { region } from "../../scripts/blocks/regions.mjs";
import { document, operations } from "../../scripts/samples/spec.mjs";
import { errorPages, errorRows } from "./error-pages.mjs";
import { linked } from "./links.mjs";
import { content, generated, guides, repository, shared } from "./places.mjs";
import { referenceOf } from "./reference.mjs";
import { filled } from "./snippets.mjs";

export function prepare() {
  rmSync(content, { recursive: true, force: true });
  for (const name of readdirSync(guides).filter((file) => /\.mdx?$/.test(file))) {
    const page = `apps/docs/guides/${name}`;
    const text = linked(tabled(filled(readFileSync(join(guides, name), "utf8"), page)), page);
    write(name.startsWith("index.") ? name : `guides/${name}`, text);
  }
  for (const [file, page] of shared) write(`${page}.md`, sharedPage(file));
  for (const { page, text } of errorPages(document))
    write(`${page}.md`, linked(text, "apps/docs/guides/errors.md"));
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(generated, "hero.json"), JSON.stringify({ code: region("hero.ts#sample") }));
  writeFileSync(join(generated, "reference.json"), `${JSON.stringify(referenceOf())}\n`);
}

/** Tables that only the spec can fill. */
function tabled(text) {
  const { quotas } = document["x-rate-limits"];
  // The spec names categories of operations to come too.
  const used = new Set(operations.map(({ category }) => category));
  const counted = Object.entries(quotas).filter(([category]) => used.has(category));
  const rows = counted.map(([category, calls]) => `| \`${category}\` | ${calls} |`);
  const limits = ["| category | calls a minute |", "| --- | --- |", ...rows].join("\n");
  return text.replace(/^CODES$/m, () => errorRows(document)).replace(/^QUOTAS$/m, () => limits);
}

/** Its first heading is its title on the site. */
function sharedPage(file) {
  const text = readFileSync(join(repository, file), "utf8");
  const [, title, rest] = /^# (.+)\n([\s\S]*)$/.exec(text);
  return `---\ntitle: ${JSON.stringify(title)}\n---\n${linked(filled(rest, file), file)}`;
}

function write(name, text) {
  const file = join(content, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
