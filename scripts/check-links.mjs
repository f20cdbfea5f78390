// Every link between our own pages leads somewhere: to a file that there is, and a heading in it where one is named.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const pages = execFileSync("git", ["ls-files", "*.md"], { encoding: "utf8" }).trim().split("\n");
const broken = pages.flatMap((page) =>
  linksOf(textOf(page)).flatMap((link) => {
    const fault = faultOf(page, link);
    return fault === undefined ? [] : [`${page}: (${link}) ${fault}`];
  }),
);
for (const line of broken) console.error(line);
process.exitCode = broken.length > 0 ? 1 : 0;

function textOf(page) {
  return readFileSync(page, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
}

function linksOf(text) {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function faultOf(page, link) {
  const [path, anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(target)) return "leads to no file";
  if (anchor === undefined) return undefined;
  if (statSync(target).isDirectory()) return "names a heading of a folder";
  return anchorsOf(target).includes(anchor) ? undefined : "names no heading of that page";
}

/** As GitHub makes them. */
function anchorsOf(page) {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}
