// Examples as programs: each is the inside of a function that knows the package and the names that examples take for granted.
import { fileURLToPath } from "node:url";
import ts from "typescript";

// In the folder of the package, whose own name means what it publishes.
const virtual = (name) => fileURLToPath(new URL(`../../${name}.ts`, import.meta.url));
const givens = virtual("givens");

/**
 * Compiles the examples of `pieces`.
 *
 * @param {ts.Program} known The program that the pieces come from; its files are not read again.
 * @param {Readonly<Record<string, string>>} modules What users import from, and the file behind each name.
 * @param {string} given The text of a module that knows them: names that examples take for granted.
 * @returns {string[]} what does not compile.
 */
export function faultsOfExamples(known, modules, given, pieces) {
  const checker = known.getTypeChecker();
  const exported = Object.entries(modules).map(([name, file]) => {
    const symbol = checker.getSymbolAtLocation(known.getSourceFile(file));
    return [name, checker.getExportsOfModule(symbol).map((one) => one.name)];
  });
  const importsFor = (text, from) =>
    from.map(([name, names]) => {
      const used = names.filter((one) => new RegExp(`\\b${one}\\b`).test(text));
      return `import { ${used.join(", ")} } from ${JSON.stringify(name)};`;
    });

  const names = [...given.matchAll(/^export declare (?:const|function) (\w+)/gm)].map(([, name]) => name);
  const files = new Map([[givens, [...importsFor(given, exported), given].join("\n")]]);
  const titles = new Map([[givens, "what examples take for granted"]]);
  for (const { name, at, examples } of pieces) {
    for (const text of examples) {
      const file = virtual(`example-${files.size}`);
      const imports = importsFor(text, [...exported, ["./givens.js", names]]);
      // What an example declares itself goes before what it is given under the same name.
      const body = ["export async function example(error: unknown) {", "{", text, "}", "}"];
      files.set(file, [...imports, ...body].join("\n"));
      titles.set(file, `${at}: the example of ${name}`);
    }
  }
  const options = known.getCompilerOptions();
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, language, ...rest) =>
    files.has(file)
      ? ts.createSourceFile(file, files.get(file), language, true)
      : getSourceFile(file, language, ...rest);
  const program = ts.createProgram([...files.keys()], options, host, known);
  return [...titles].flatMap(([file, title]) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${title}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  });
}
