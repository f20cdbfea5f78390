// Code that pages show stands in files that CI runs, between `region NAME` and `endregion`; a file of data is shown whole.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const snippets = fileURLToPath(new URL("../../snippets/", import.meta.url));

const begins = /^\s*(?:\/\/|#) region (\S+)$/;
const ends = /^\s*(?:\/\/|#) endregion$/;

/** What `file` shows, by the name of its regions; whole files by "". Throws where a region has no end. */
export function regionsOf(file) {
  const text = readFileSync(`${snippets}${file}`, "utf8");
  if (!/\.(ts|sh)$/.test(file)) return new Map([["", text]]);
  const regions = new Map();
  let open;
  for (const line of text.split("\n")) {
    const name = begins.exec(line)?.[1];
    if (name !== undefined) {
      if (open !== undefined || regions.has(name)) throw new Error(`${file}: region ${name} begins twice`);
      open = { name, lines: [] };
    } else if (ends.test(line)) {
      if (open === undefined) throw new Error(`${file}: an endregion without a region`);
      regions.set(open.name, `${unindented(open.lines).join("\n")}\n`);
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open !== undefined) throw new Error(`${file}: region ${open.name} has no endregion`);
  return regions;
}

/** What `name.sh#region` names. */
export function region(address) {
  const [file, name = ""] = address.split("#");
  const text = regionsOf(file).get(name);
  if (text === undefined) throw new Error(`${file} has no region ${name}`);
  return text;
}

/** Every file below the snippets, by its path there. */
export function snippetFiles() {
  return readdirSync(snippets, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      `${entry.parentPath ?? entry.path}/${entry.name}`.slice(snippets.length).replace(/^\/+/, ""),
    )
    .sort();
}

function unindented(lines) {
  const indent = Math.min(...lines.filter((line) => line !== "").map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent));
}
