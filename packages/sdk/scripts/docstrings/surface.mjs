// What users of a package see, out of its types: every exported name, and every member of a class or interface behind one.
import ts from "typescript";

/**
 * @typedef {{ name: string, at: string, isDescribed: boolean, examples: string[], needsExample: boolean }} Piece
 * One thing that an editor shows a text for; of a method each of its overloads.
 */

/** @returns {Piece[]} everything that the modules `entries` of a program export. */
export function surfaceOf(program, entries) {
  const checker = program.getTypeChecker();
  const known = new Set();
  const pieces = [];
  const waiting = entries.flatMap((entry) => {
    const source = program.getSourceFile(entry);
    if (source === undefined) throw new Error(`${entry} is not there`);
    return checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  });
  for (let symbol = waiting.shift(); symbol !== undefined; symbol = waiting.shift()) {
    if (symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
    if (known.has(symbol)) continue;
    known.add(symbol);
    pieces.push(...piecesOf(checker, symbol));
    // What a class has that is another class, exported or not, is called by way of it.
    waiting.push(...membersOf(checker, symbol).flatMap((member) => classOf(program, checker, member)));
  }
  return pieces;
}

function piecesOf(checker, symbol) {
  const { name } = symbol;
  const piece = (what, of, needsExample) => ({
    name: what,
    at: placeOf(of.valueDeclaration ?? of.declaration ?? of.declarations?.[0]),
    isDescribed: ts.displayPartsToString(of.getDocumentationComment(checker)).trim() !== "",
    examples: of
      .getJsDocTags(checker)
      .filter((tag) => tag.name === "example")
      .map(({ text }) => ts.displayPartsToString(text)),
    needsExample,
  });
  const calls = (what, of, needsExample = true) => {
    const type = checker.getTypeOfSymbol(of);
    const signatures = checker.getNonNullableType(type).getCallSignatures();
    return signatures.map((signature) => piece(what, signature, needsExample));
  };
  if (symbol.flags & ts.SymbolFlags.Function) return calls(`${name}()`, symbol);

  const isClass = Boolean(symbol.flags & ts.SymbolFlags.Class);
  const own = piece(name, symbol, isClass);
  const inner = membersOf(checker, symbol).flatMap((member) => {
    const what = `${name}.${member.name.replace(/^__@(\w+)@\d+$/, "[$1]")}`;
    if (!(member.flags & ts.SymbolFlags.Method)) return isClass ? [piece(what, member, false)] : [];
    // An interface is often for users to fill: then one example shows all of it.
    const isShown = own.examples.some((text) => new RegExp(`\\b${member.name}\\b`).test(text));
    return calls(`${what}()`, member, !isShown);
  });
  return [own, ...inner];
}

/** What is declared in it, of its instances and its own, and not kept from its users. */
function membersOf(checker, symbol) {
  if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return [];
  const types = [checker.getDeclaredTypeOfSymbol(symbol)];
  if (symbol.flags & ts.SymbolFlags.Class) types.push(checker.getTypeOfSymbol(symbol));
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return types.flatMap((type) =>
    checker
      .getPropertiesOfType(type)
      .filter(({ declarations = [] }) =>
        declarations.some(
          (declared) =>
            symbol.declarations?.includes(declared.parent) &&
            !(ts.getCombinedModifierFlags(declared) & hidden) &&
            !ts.isPrivateIdentifier(declared.name ?? declared),
        ),
      ),
  );
}

function classOf(program, checker, member) {
  const found = checker.getTypeOfSymbol(member).getSymbol();
  const isOurs = found?.declarations?.some(
    (declared) => !program.isSourceFileFromExternalLibrary(declared.getSourceFile()),
  );
  return found && isOurs && found.flags & ts.SymbolFlags.Class ? [found] : [];
}

function placeOf(declared) {
  const source = declared.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declared.getStart());
  return `${source.fileName}:${line + 1}`;
}
