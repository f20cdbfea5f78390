// `llms.txt`: what is where, for programs that read; each entry leads to a Markdown twin.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { descriptionOf, titleOf } from "./markdown.mjs";

const sections = [
  ["Guides", /^guides\//],
  ["SDK and command line", /^packages\//],
  ["Errors", /^errors\//],
  ["Running it", /^running\//],
  ["API reference", /^reference(\/|\.)/],
];

export function writeLlms(pages, folder) {
  const parts = sections.map(([name, pattern]) => {
    const lines = pages
      .filter(({ file }) => pattern.test(file))
      .map((page) =>
        `- [${titleOf(page)}](${page.file.replace(/\.html$/, ".md")}): ${descriptionOf(page)}`.replace(
          /: $/,
          "",
        ),
      );
    return `## ${name}\n\n${lines.join("\n")}`;
  });
  const opening = `# OneHazel

> A self-hostable, multi-tenant operator data platform. Operators' backends send players, games, events and states through a REST API or
> an npm SDK; personal fields are encrypted with a key of each operator's own.

The whole API is one document: [openapi.json](openapi.json), or [openapi.yaml](openapi.yaml). Every page ends in \`.html\`; with \`.md\` instead
it is Markdown.`;
  writeFileSync(join(folder, "llms.txt"), `${[opening, ...parts].join("\n\n")}\n`);
}
