// Holds every block of code of a published page against the files that CI runs.
import { readFileSync } from "node:fs";
import { dirname, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { region, regionsOf, snippetFiles } from "./regions.mjs";
import { runPages, snippetRunners, standIns } from "./runners.mjs";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const fence = /^([ \t>]*)(`{3,}|~{3,})([^\n]*)\n([\s\S]*?)^\1\2[ \t]*$/gm;
/** What somebody would type, whatever language a fence says. */
const command =
  /^\s*(?:\$ )?(?:npx|npm|pnpm|node|curl|docker|psql|pg_\w+|onehazel|export|bash|sh|cat|cd|git)\s/m;

/** The blocks of a page: language, the file that it says it is of, and what is in it. */
export function blocksOf(text) {
  return [...text.matchAll(fence)].map(([, before, , info, inside]) => ({
    isPlain: before === "",
    language: /^\w*/.exec(info)[0],
    file: /\bfile=(\S+)/.exec(info)?.[1],
    inside,
  }));
}

/** Sentences about the blocks of a page that nobody runs, or that say something else than what is run. */
export function faultsOf(text, page) {
  return blocksOf(text).flatMap((block) => {
    const fault = faultOf(block, page);
    const first = block.inside.split("\n")[0];
    return fault === undefined ? [] : [`${page}: ${first === "" ? block.file : `"${first}"`} ${fault}`];
  });
}

function faultOf({ isPlain, language, file, inside }, page) {
  if (!isPlain) return "stands in a list or quotation, where no check finds it";
  if (file !== undefined) return faultOfFile(file, inside);
  if (runPages.get(page)?.languages.includes(language)) return undefined;
  if (language === "text") return isCommand(inside) ? "is a command, so a file has to hold it" : undefined;
  return `is of no file, so nobody runs it${language === "" ? " (a drawing or what is printed is `text`)" : ""}`;
}

function faultOfFile(file, inside) {
  if (runPages.has(file)) {
    const { languages } = runPages.get(file);
    const blocks = blocksOf(readFileSync(`${repository}${file}`, "utf8"));
    const isThere = blocks.some((block) => languages.includes(block.language) && block.inside === inside);
    return isThere ? undefined : `is no block of ${file}`;
  }
  let wanted;
  try {
    wanted = region(file);
  } catch (error) {
    return `is of ${file}: ${error.message}`;
  }
  return inside.trim() === "" || inside === wanted ? undefined : `is not what ${file} says:\n${wanted}`;
}

/** Whether a text is something to type. */
export function isCommand(text) {
  return command.test(text);
}

/** Every text that CI runs and pages may show. */
export function runTexts() {
  const regions = snippetFiles().flatMap((file) => [...regionsOf(file).values()]);
  const blocks = [...runPages].flatMap(([page, { languages }]) =>
    blocksOf(readFileSync(`${repository}${page}`, "utf8"))
      .filter(({ language }) => languages.includes(language))
      .map(({ inside }) => inside),
  );
  return new Set([...regions, ...blocks].map((text) => text.trim()));
}

/** Snippets that nobody runs, runners that the gate does not call, stand-ins for what is not there. */
export function faultsOfRunners() {
  const gate = readFileSync(`${repository}.ci/run`, "utf8");
  const runners = [...snippetRunners.values(), ...[...runPages.values()].map(({ by }) => by)];
  return [
    ...snippetFiles()
      .filter((file) => !snippetRunners.has(normalize(dirname(file))))
      .map((file) => `apps/docs/snippets/${file}: nobody runs its folder`),
    ...runners
      .filter((by) => !gate.split("\n").some((line) => !line.trim().startsWith("#") && line.includes(by)))
      .map((by) => `.ci/run does not call \`${by}\``),
    ...[...standIns.keys()].flatMap((address) => {
      try {
        region(address);
        return [];
      } catch (error) {
        return [`the stand-in for ${address}: ${error.message}`];
      }
    }),
  ];
}
