// Makes the site independent of where it lies: no address begins at a host's root any more.
import { createHash } from "node:crypto";
import { change, elements, filesOf, parse, relativeTo } from "./pages.mjs";

const attribute = /(\s(?:href|src|component-url|renderer-url)=")(\/(?!\/)[^"]*)(")/g;
const stylesheet = /<link rel="stylesheet"[^>]*>/g;
/** How the generator's search says where its index is. */
const searchBase = 'baseUrl:"/",bundlePath:"/".replace(/\\/$/,"")+"/pagefind/"';

export function makePortable(folder) {
  for (const file of filesOf(folder)) {
    if (file.endsWith(".html"))
      change(folder, file, (html) =>
        withPolicy(withEarlyStyles(withRelativeLinks(withReachableCode(html), file))),
      );
    if (file.endsWith(".css")) {
      change(folder, file, (css) =>
        css.replaceAll(/url\((\/[^/)][^)]*)\)/g, (_, path) => `url(${relativeTo(file, path)})`),
      );
    }
  }
  // A box of code that scrolls is reached by the keyboard, but it is no landmark: a page may have ten of them.
  edit(folder, /^_astro\/ec\..*\.js$/, '"role","region"', '"role","group"');
  const place = (path) => `new URL("${path}",import.meta.url).href`;
  edit(
    folder,
    /^_astro\/Search\..*\.js$/,
    searchBase,
    `baseUrl:${place("..")},bundlePath:${place("../pagefind/")}`,
  );
}

/** A keyboard gets into every box of code from the start; the script that says which of them scroll comes when it has time. */
function withReachableCode(html) {
  return html.replaceAll("<pre data-language=", '<pre tabindex="0" data-language=');
}

/** Fails when what is to be replaced is not there: the generator writes it in another way now. */
function edit(folder, name, from, to) {
  const file = filesOf(folder).find((path) => name.test(path));
  change(folder, file, (text) => {
    const after = text.replace(from, to);
    if (after === text) throw new Error(`${file} has no ${from} any more`);
    return after;
  });
}

function withRelativeLinks(html, file) {
  return html.replaceAll(attribute, (_, before, path, after) => `${before}${relativeTo(file, path)}${after}`);
}

/** Styles that come in the middle of a page would have it painted without them first. */
function withEarlyStyles(html) {
  const [head, body] = html.split(/(?=<body)/);
  const late = [...new Set(body.match(stylesheet) ?? [])].filter((link) => !head.includes(link));
  return `${head.replace("</head>", `${late.join("")}</head>`)}${body.replaceAll(stylesheet, "")}`;
}

/** Only our own scripts run, and what a page sends goes to a server on this machine or to the one it came from. */
function withPolicy(html) {
  const inline = elements(parse(html), isInlineScript).map(
    ({ children }) =>
      `'sha256-${createHash("sha256")
        .update(children[0]?.value ?? "")
        .digest("base64")}'`,
  );
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${[...new Set(inline)].join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self' http://localhost:* http://127.0.0.1:*",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return html.replace(
    '<meta charset="utf-8"/>',
    (charset) => `${charset}<meta http-equiv="Content-Security-Policy" content="${policy}"/>`,
  );
}

function isInlineScript({ tagName, properties }) {
  return tagName === "script" && properties.src === undefined && properties.type !== "application/json";
}
