const refusal = /<section\b[^>]*>\s*<div class="sl-heading-wrapper level-h3[^>]*>\s*<h3[^>]* id="[45]\d\d"/g;

/** Folds what a refusal looks like behind its status and sentence: twelve of one shape stand on every page. */
export function folded(html: string): string {
  const starts = [...html.matchAll(refusal)].map(({ index }) => index).reverse();
  return starts.reduce((text, start) => {
    const end = closing(text, start);
    const heading = text.indexOf("</div>", start) + "</div>".length;
    const sentence = /^\s*<div[^>]*>\s*<p>[\s\S]*?<\/p>\s*<\/div>/.exec(text.slice(heading, end))?.[0] ?? "";
    const from = heading + sentence.length;
    const inside = text.slice(from, end);
    return `${text.slice(0, from)}<details class="fold"><summary class="fold-label">Body and headers</summary>${inside}</details>${text.slice(end)}`;
  }, html);
}

/** Where the section that begins at `start` ends, sections within it aside. */
function closing(text: string, start: number): number {
  const tag = /<(\/?)section\b/g;
  tag.lastIndex = start;
  let depth = 0;
  for (let found = tag.exec(text); found !== null; found = tag.exec(text)) {
    depth += found[1] === "/" ? -1 : 1;
    if (depth === 0) return found.index;
  }
  throw new Error("the reference's renderer leaves a section open");
}
