// Holds the code of the finished pages against everything that CI runs, whatever way it came into them.
import { readdirSync, readFileSync } from "node:fs";
import { isCommand, runTexts } from "../../scripts/blocks/check.mjs";
import { curlSample } from "../../scripts/samples/curl.mjs";
import { operations } from "../../scripts/samples/spec.mjs";
import { recordedTexts } from "./error-pages.mjs";
import { codeOf } from "./markdown.mjs";
import { elements } from "./pages.mjs";

const samples = new URL("../../generated/samples/", import.meta.url);
/** What these pages show as JSON are the examples of the spec, which its linters hold against its schemas. */
const madeOfTheSpec = /^reference[/.]/;
const drawings = new Set(["text", "plaintext", "txt"]);

export function codeOfNobody(pages) {
  const texts = new Set([
    ...runTexts(),
    ...recordedTexts().map((text) => text.trim()),
    ...operations.map((operation) => curlSample(operation).trim()),
    ...readdirSync(samples).map((name) => readFileSync(new URL(name, samples), "utf8").trim()),
  ]);
  return pages.flatMap(({ file, tree }) =>
    elements(tree, ({ tagName }) => tagName === "pre")
      // The reply of the form, which is empty.
      .filter((pre) => codeOf(pre).trim() !== "")
      .flatMap((pre) => {
        const code = codeOf(pre).trim();
        const language = pre.properties.dataLanguage;
        if (texts.has(code)) return [];
        if (language === "json" && madeOfTheSpec.test(file)) return [];
        if (drawings.has(language) && !isCommand(code)) return [];
        return [`${file}: nobody runs "${code.split("\n")[0]}" (${language})`];
      }),
  );
}
