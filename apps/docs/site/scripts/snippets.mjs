// Code in guides stands in files that CI runs: a fence that says `file=name.ts#region` is filled from there.
import { readFileSync } from "node:fs";
import { snippets } from "./places.mjs";

/** Languages of programs. A guide shows none that is not run. */
const programs = new Set(["sh", "bash", "ts", "js", "sql"]);
const fence = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;

/** The text with its snippets in it. Throws where one is missing, or where a program stands in the guide itself. */
export function filled(text, name) {
  return text.replaceAll(fence, (whole, language, meta, inside) => {
    const file = /\bfile=(\S+)/.exec(meta)?.[1];
    if (file === undefined) {
      if (programs.has(language))
        throw new Error(`${name}: a ${language} program that no file holds, so nobody runs it`);
      return whole;
    }
    if (inside.trim() !== "") throw new Error(`${name}: ${file} fills this fence, so it must be empty`);
    const rest = meta.replace(/\s*\bfile=\S+/, "");
    return `\`\`\`${language}${rest}\n${snippet(file, name)}\`\`\``;
  });
}

/** What a file shows between `region NAME` and `endregion`. */
export function snippet(file, name) {
  const [path, region] = file.split("#");
  const lines = readFileSync(`${snippets}${path}`, "utf8").split("\n");
  const mark = (word) => new RegExp(`^\\s*(//|#) ${word}$`);
  const begin = lines.findIndex((line) => mark(`region ${region}`).test(line));
  if (begin < 0) throw new Error(`${name}: ${path} has no region ${region}`);
  const length = lines.slice(begin + 1).findIndex((line) => mark("endregion").test(line));
  const inside = lines.slice(begin + 1, begin + 1 + length);
  const indent = Math.min(...inside.filter((line) => line !== "").map((line) => line.search(/\S/)));
  return `${inside.map((line) => line.slice(indent)).join("\n")}\n`;
}
