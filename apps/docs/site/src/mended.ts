/**
 * Mends what the reference's renderer writes. Every response gets a heading with the same id: each takes that of the heading above it in
 * front, so that an address leads to one place and goes on doing so. Labels that are no headings are none.
 */
export function mended(html: string): string {
  let above = "";
  const named = html.replaceAll(
    /<h([234])[^>]* id="([^"]+)"|(?<=href=")#headers(?=")/g,
    (found, level, id) => {
      if (level === "3") above = id;
      if (id !== undefined && id !== "headers") return found;
      return found.replace(/headers"?$/, (end: string) => `${above}-${end}`);
    },
  );
  return named
    .replaceAll(/<h5([^>]*)>([^<]*)<\/h5>/g, '<p class="label"$1>$2</p>')
    .replaceAll(/class="label" class="/g, 'class="label ');
}
