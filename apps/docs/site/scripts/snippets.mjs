// Code in pages stands in files that CI runs: an empty fence that says `file=name.ts#region` is filled from there, and what other
// readers of the repository see in place is held against it.
import { faultsOf } from "../../scripts/blocks/check.mjs";
import { region } from "../../scripts/blocks/regions.mjs";
import { runPages } from "../../scripts/blocks/runners.mjs";

const fence = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;

/** The text with its snippets in it. Throws where a block is of no file, or says something else than its file. */
export function filled(text, page) {
  const faults = faultsOf(text, page);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return text.replaceAll(fence, (whole, language, meta, inside) => {
    const file = /\bfile=(\S+)/.exec(meta)?.[1];
    if (file === undefined) return whole;
    const rest = meta.replace(/\s*\bfile=\S+/, "");
    const code = runPages.has(file) ? inside : region(file);
    return `\`\`\`${language}${rest}\n${code}\`\`\``;
  });
}
