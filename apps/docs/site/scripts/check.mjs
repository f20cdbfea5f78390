// What must be true of the site before it is published. Each check answers with sentences; none is a pass.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { elements } from "./pages.mjs";

const scriptBytesMax = 300_000;

/** Every link leads to a file that there is, and to an anchor in it where one is named. */
export function brokenLinks(pages, folder) {
  const anchors = new Map(pages.map(({ file, tree }) => [file, idsOf(tree)]));
  return pages.flatMap(({ file, tree }) =>
    addressesOf(tree).flatMap((address) => {
      if (/^(https?:|mailto:|data:)/.test(address)) return [];
      if (address.startsWith("/")) return [`${file}: ${address} begins at the host's root`];
      const [path, anchor] = address.split("#");
      const target = path === "" ? file : posix.normalize(posix.join(posix.dirname(file), decodeURI(path)));
      if (!existsSync(join(folder, target))) return [`${file}: ${address} leads to no file`];
      return anchor && anchors.has(target) && !anchors.get(target).has(decodeURIComponent(anchor))
        ? [`${file}: ${address} names no anchor of that page`]
        : [];
    }),
  );
}

/** Anchors that were published once and are linked to from who knows where. */
export function lostAnchors(pages, published) {
  const anchors = new Map(pages.map(({ file, tree }) => [file, idsOf(tree)]));
  return published
    .filter((line) => {
      const [file, anchor] = line.split("#");
      return !anchors.has(file) || (anchor !== undefined && !anchors.get(file).has(anchor));
    })
    .map((line) => `${line} was published and is gone: keep it, or take it out of apps/docs/anchors.txt`);
}

/** Ids that occur twice lead to the first only. */
export function doubledIds(pages) {
  return pages.flatMap(({ file, tree }) => {
    const ids = elements(tree, ({ properties }) => properties.id !== undefined).map(
      ({ properties }) => properties.id,
    );
    return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map(
      (id) => `${file}: two elements have the id ${id}`,
    );
  });
}

/** A page takes no more script than it may, search's own included, before any of it is compressed. */
export function heavyPages(pages, folder) {
  const index = ["pagefind.js", "pagefind-worker.js"].map(
    (file) => statSync(join(folder, "pagefind", file)).size,
  );
  const search = index.reduce((sum, bytes) => sum + bytes) + uiBytes(folder, pages);
  return pages.flatMap(({ file, tree }) => {
    const own = elements(tree, ({ tagName }) => tagName === "script").reduce(
      (sum, { properties, children }) => {
        if (properties.src === undefined) return sum + (children[0]?.value.length ?? 0);
        return sum + statSync(join(folder, posix.join(posix.dirname(file), properties.src))).size;
      },
      0,
    );
    const bytes = own + search;
    return bytes > scriptBytesMax ? [`${file}: ${bytes} bytes of script, at most ${scriptBytesMax}`] : [];
  });
}

/** Nothing is fetched from another host. */
export function foreignAssets(pages) {
  return pages.flatMap(({ file, tree }) =>
    elements(tree, ({ tagName, properties }) => {
      const address =
        tagName === "link" ? properties.rel?.includes("stylesheet") && properties.href : properties.src;
      return typeof address === "string" && /^(https?:)?\/\//.test(address);
    }).map(({ tagName }) => `${file}: a ${tagName} comes from another host`),
  );
}

/** What `import()` brings in: the chunks that no page names. */
function uiBytes(folder, pages) {
  const named = new Set(
    pages.flatMap(({ tree }) =>
      elements(tree, ({ tagName }) => tagName === "script").map(({ properties }) =>
        posix.basename(properties.src ?? ""),
      ),
    ),
  );
  return readdirSync(join(folder, "_astro"))
    .filter((file) => file.endsWith(".js") && !named.has(file))
    .reduce((sum, file) => sum + statSync(join(folder, "_astro", file)).size, 0);
}

export function idsOf(tree) {
  return new Set(
    elements(tree, ({ properties }) => properties.id !== undefined).map(({ properties }) => properties.id),
  );
}

function addressesOf(tree) {
  return elements(tree, () => true).flatMap(({ properties: { href, src } }) =>
    [href, src].filter((value) => typeof value === "string"),
  );
}
