/**
 * The renderer gives every response a heading with the same id. Each gets that of the heading above it in front, so that an address leads
 * to one place and goes on doing so.
 */
export function withUniqueIds(html: string): string {
  let above = "";
  return html.replaceAll(/<h([234])[^>]* id="([^"]+)"|(?<=\sid=")headers(?=")|(?<=href=")#headers(?=")/g, (found, level, id) => {
    if (level === "3") above = id;
    if (id !== undefined && id !== "headers") return found;
    return found.replace(/headers$|headers(?=")/, `${above}-headers`);
  });
}
