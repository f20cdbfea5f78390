// The built pages as files, and as trees that can be looked through.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import rehypeParse from "rehype-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";

const parser = unified().use(rehypeParse);

/** Every file below a folder, by its path within it. */
export function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"));
}

export const parse = (html) => parser.parse(html);

/** Every page of the site: its path, its text, its tree. */
export function pagesOf(folder) {
  return filesOf(folder)
    .filter((file) => file.endsWith(".html"))
    .sort()
    .map((file) => {
      const html = readFileSync(join(folder, file), "utf8");
      return { file, html, tree: parse(html) };
    });
}

/** Every element that `isWanted` says yes to. */
export function elements(tree, isWanted) {
  const found = [];
  visit(tree, "element", (node) => {
    if (isWanted(node)) found.push(node);
  });
  return found;
}

export function change(folder, file, edit) {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  const after = edit(before);
  if (after !== before) writeFileSync(path, after);
}

/** From the page's folder to a path that begins at the site's root. */
export function relativeTo(file, rooted) {
  const [, path, rest] = /^\/([^?#]*)(.*)$/.exec(rooted);
  const way = posix.relative(posix.dirname(file), path === "" ? "index.html" : path);
  return `${way === "" ? posix.basename(file) : way.startsWith(".") ? way : `./${way}`}${rest}`;
}
