// A Markdown twin of every page, made of the page itself, so that it says the same.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { matches, select } from "hast-util-select";
import rehypeRemark from "rehype-remark";
import remarkGfm from "remark-gfm";
import remarkStringify from "remark-stringify";
import { unified } from "unified";
import { elements } from "./pages.mjs";

const dropped =
  ".twin, .fold-label, .sr-only, .copy, [data-pagefind-ignore], script, style, template, svg, .sl-anchor-link, select, nav, .caret";

const writer = unified()
  .use(rehypeRemark, { handlers: { pre: code, "starlight-tabs": tabs, details } })
  .use(remarkGfm)
  .use(remarkStringify, { bullet: "-", fences: true, rule: "-" });

export function writeTwins(pages, folder) {
  for (const page of pages) {
    const file = join(folder, page.file.replace(/\.html$/, ".md"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, twinOf(page));
  }
}

export function titleOf({ tree }) {
  return textOf(select("h1", tree));
}

export function descriptionOf({ tree }) {
  return select('meta[name="description"]', tree)?.properties.content ?? "";
}

function twinOf(page) {
  const article = structuredClone(select(".sl-markdown-content", page.tree));
  prune(article);
  for (const link of elements(article, ({ tagName }) => tagName === "a")) {
    const { href } = link.properties;
    if (typeof href === "string" && !/^[a-z]+:/.test(href))
      link.properties.href = href.replace(/\.html(?=$|#)/, ".md");
  }
  const body = writer.stringify(writer.runSync({ type: "root", children: [article] }));
  const description = descriptionOf(page);
  return `# ${titleOf(page)}\n\n${description === "" ? "" : `> ${description}\n\n`}${body}`;
}

function prune(node) {
  if (node.children === undefined) return;
  node.children = node.children.filter((child) => child.type !== "element" || !matches(dropped, child));
  for (const child of node.children) prune(child);
}

/** The generator writes a line of code as an element of its own. */
export function codeOf(node) {
  const lines = elements(node, ({ properties }) => properties.className?.includes("ec-line")).map(textOf);
  return lines.length > 0 ? lines.map((line) => line.replace(/\n$/, "")).join("\n") : textOf(node);
}

function code(_state, node) {
  return { type: "code", lang: node.properties.dataLanguage ?? null, value: codeOf(node) };
}

/** Each panel under its name, one after the other. */
function tabs(state, node) {
  const names = elements(node, ({ properties }) => properties.role === "tab").map(textOf);
  const panels = elements(node, ({ properties }) => properties.role === "tabpanel");
  return panels.flatMap((panel, index) => [
    {
      type: "paragraph",
      children: [{ type: "strong", children: [{ type: "text", value: names[index].trim() }] }],
    },
    ...state.all(panel),
  ]);
}

function details(state, node) {
  return state.all(node);
}

function textOf(node) {
  if (node.type === "text") return node.value;
  return (node.children ?? []).map(textOf).join("");
}
