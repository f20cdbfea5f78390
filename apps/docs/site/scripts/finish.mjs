// From the generator's pages to what is published: portable, with twins and the document, checked.
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { brokenLinks, doubledIds, foreignAssets, heavyPages, lostAnchors } from "./check.mjs";
import { codeOfNobody } from "./code.mjs";
import { writeLlms } from "./llms.mjs";
import { writeTwins } from "./markdown.mjs";
import { filesOf, pagesOf } from "./pages.mjs";
import { raw, repository, site } from "./places.mjs";
import { makePortable } from "./portable.mjs";

const anchors = new URL("../../anchors.txt", import.meta.url);

/** Publishes only what passes every check: until then the last good site stays where it was. */
export function finish() {
  for (const name of ["openapi.json", "openapi.yaml"]) {
    copyFileSync(join(repository, "packages/spec/generated", name), join(raw, name));
  }
  // Other faces of the search than the one the pages show.
  for (const file of filesOf(join(raw, "pagefind"))) {
    if (/^pagefind-(ui|.+-ui|highlight)\./.test(file)) rmSync(join(raw, "pagefind", file));
  }
  makePortable(raw);
  const pages = pagesOf(raw);
  // What a host shows where there is no page is none.
  const readable = pages.filter(({ file }) => file !== "404.html");
  writeTwins(readable, raw);
  writeLlms(readable, raw);
  const published = existsSync(anchors)
    ? readFileSync(anchors, "utf8")
        .split("\n")
        .filter((line) => /^[^#]/.test(line))
    : [];
  const faults = [
    ...brokenLinks(pages, raw),
    ...doubledIds(pages),
    ...foreignAssets(pages),
    ...heavyPages(pages, raw),
    ...codeOfNobody(pages),
    ...lostAnchors(pages, published),
  ];
  if (faults.length > 0) throw new Error(`the site is not published:\n${faults.join("\n")}`);
  rmSync(site, { recursive: true, force: true });
  renameSync(raw, site);
  console.log(`${pages.length} pages in apps/docs/dist`);
}
