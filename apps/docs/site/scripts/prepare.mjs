// Writes the generator's input: guides with their snippets, pages that other readers of the repository have too, a page a code.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { document } from "../../scripts/samples/spec.mjs";
import { errorPages, errorRows } from "./error-pages.mjs";
import { linked } from "./links.mjs";
import { content, generated, guides, repository, shared } from "./places.mjs";
import { referenceOf } from "./reference.mjs";
import { filled } from "./snippets.mjs";

export function prepare() {
  rmSync(content, { recursive: true, force: true });
  for (const name of readdirSync(guides).filter((file) => /\.mdx?$/.test(file))) {
    const text = linked(tabled(filled(readFileSync(join(guides, name), "utf8"), name)), `apps/docs/guides/${name}`);
    write(name.startsWith("index.") ? name : `guides/${name}`, text);
  }
  for (const [file, page] of shared) write(`${page}.md`, sharedPage(file));
  for (const { page, text } of errorPages(document)) write(`${page}.md`, linked(text, "apps/docs/guides/errors.md"));
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(generated, "reference.json"), `${JSON.stringify(referenceOf())}\n`);
}

/** Tables that only the spec can fill. */
function tabled(text) {
  const { quotas } = document["x-rate-limits"];
  const rows = Object.entries(quotas).map(([category, calls]) => `| \`${category}\` | ${calls} |`);
  const limits = ["| category | calls a minute |", "| --- | --- |", ...rows].join("\n");
  return text.replace(/^CODES$/m, () => errorRows(document)).replace(/^QUOTAS$/m, () => limits);
}

/** Its first heading is its title on the site. */
function sharedPage(file) {
  const text = readFileSync(join(repository, file), "utf8");
  const [, title, rest] = /^# (.+)\n([\s\S]*)$/.exec(text);
  return `---\ntitle: ${JSON.stringify(title)}\n---\n${linked(demoted(rest), file)}`;
}

/** A page has one first heading. Where a file has several, everything below the first is a step lower. */
function demoted(text) {
  const prose = text.split(/(^```[\s\S]*?^```$)/m);
  if (!prose.some((part) => !part.startsWith("```") && /^# /m.test(part))) return text;
  return prose.map((part) => (part.startsWith("```") ? part : part.replaceAll(/^(#+ )/gm, "#$1"))).join("");
}

function write(name, text) {
  const file = join(content, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
