// Links between pages as the repository has them become links of the site.
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { repository, shared } from "./places.mjs";

const link = /(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g;

/** `from` is the page's file in the repository; what is there and no page of the site is named and not linked. */
export function linked(text, from) {
  return text.replaceAll(link, (whole, words, target) => {
    const scheme = /^(operation|error|https?|mailto):(.*)$/.exec(target);
    if (scheme !== null) return scheme[1] in schemes ? `[${words}](${schemes[scheme[1]](scheme[2])})` : whole;
    if (target.startsWith("#")) return whole;
    const [path, anchor] = target.split("#");
    const file = normalize(join(dirname(from), path));
    if (!existsSync(`${repository}${file}`)) throw new Error(`${from}: ${target} leads to no file`);
    const page = pageOf(file);
    if (page === undefined) return words.startsWith("`") ? words : `${words} (\`${file}\`)`;
    return `[${words}](/${page}.html${anchor === undefined ? "" : `#${anchor}`})`;
  });
}

const schemes = {
  operation: (id) => `/reference/operations/${id.toLowerCase()}.html`,
  error: (code) => `/errors/${code.toLowerCase()}.html`,
};

function pageOf(file) {
  return (
    shared.get(file) ??
    shared.get(`${file}/README.md`) ??
    /^apps\/docs\/guides\/(.+)\.mdx?$/.exec(file)?.[1].replace(/^(?!index$)/, "guides/")
  );
}
