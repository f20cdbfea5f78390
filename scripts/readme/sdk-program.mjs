// One program of all the TypeScript blocks of the SDK's README: each block is a function that knows what those before it made.
import { blocksOf } from "./blocks.mjs";

/**
 * @param givens The text of a module: names that the README takes for granted, and `check`, called after each block.
 * @returns The program and how many blocks it has. It runs when it is imported.
 */
export function programOf(readme, givens, port) {
  const imports = new Set();
  const known = new Set(
    [...givens.matchAll(/^export (?:async )?(?:const|function\*?) (\w+)/gm)].map(([, n]) => n),
  );
  const taken = [...known];
  const blocks = blocksOf(readme, "ts");
  const parts = blocks.map(({ heading, text }, index) => {
    const body = text.replace(/^import .*\n+/gm, (line) => {
      imports.add(line.trim());
      return "";
    });
    const declared = [...body.matchAll(/^const (?:(\w+)|\{([^}]*)\})/gm)].flatMap(([, one, many]) =>
      one === undefined ? many.split(",").map((name) => name.trim().split(/:\s*/).at(-1)) : [one],
    );
    const used = [...known].filter(
      (name) => !declared.includes(name) && !taken.includes(name) && new RegExp(`\\b${name}\\b`).test(body),
    );
    // A block that returns shows the inside of somebody's function, and leaves nothing behind.
    const left = /^\s*(if .*)?return\b/m.test(body) ? [] : declared;
    for (const name of left) known.add(name);
    const next = `scope${index + 1}`;
    const run = `block${index}(scope${index})`;
    return [
      `// ${heading}`,
      `const block${index} = async ({ ${used.join(", ")} }: typeof scope${index}) => {`,
      body,
      left.length > 0 ? `return { ${left.join(", ")} };\n};` : "};",
      left.length > 0
        ? `const made${index} = await ${run};\nconst ${next} = { ...scope${index}, ...made${index} };`
        : `await ${run};\nconst ${next} = scope${index};`,
      `await check(${JSON.stringify(heading)}, ${next});`,
    ].join("\n");
  });
  const program = [...imports, givens, "const scope0 = {};", ...parts, `console.log("all blocks ran");`].join(
    "\n\n",
  );
  return { program: program.replaceAll("localhost:8080", `localhost:${port}`), count: blocks.length };
}
