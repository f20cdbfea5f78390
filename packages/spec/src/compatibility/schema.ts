import { isSame, list, names, type Part, part, resolve } from "./document.js";

/** Who writes what a schema describes: clients write requests, and read responses. */
export type Side = "request" | "response";

/** A schema of both documents, and where it stands. */
export interface SchemaPair {
  readonly where: string;
  readonly side: Side;
  readonly released: unknown;
  readonly current: unknown;
}

type Report = (where: string, what: string) => void;

const upperBounds = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
const lowerBounds = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];

/** Compares schemas of two documents and reports what breaks clients; each pair of named schemas once. */
export class SchemaComparison {
  readonly #seen = new Set<string>();

  constructor(
    readonly releasedDocument: Part,
    readonly currentDocument: Part,
    readonly report: Report,
  ) {}

  compare(pair: SchemaPair): void {
    const { where, side } = pair;
    const [from, to] = [part(pair.released).$ref, part(pair.current).$ref];
    if (typeof from === "string" && typeof to === "string") {
      const met = `${side} ${from} ${to}`;
      if (this.#seen.has(met)) return;
      this.#seen.add(met);
    }
    const released = flatten(this.releasedDocument, pair.released);
    const current = flatten(this.currentDocument, pair.current);
    const say = (what: string) => this.report(where, what);
    compareTypes(side, released, current, say);
    compareValues(side, released, current, say);
    if (side === "request") compareBounds(released, current, say);
    if (released.format !== current.format && !(side === "request" && current.format === undefined))
      say(`its format was ${released.format ?? "none"} and is ${current.format ?? "none"}`);
    this.#compareObject(where, side, released, current);
    this.#compareInside(where, side, released, current);
    this.#compareVariants(where, side, released, current);
  }

  #compareObject(where: string, side: Side, released: Part, current: Part): void {
    const [before, now] = [part(released.properties), part(current.properties)];
    const [demandedBefore, demandedNow] = [list(released.required), list(current.required)];
    for (const name of names(before)) {
      const at = `${where}.${name}`;
      if (!(name in now)) {
        this.report(at, "it is gone");
        continue;
      }
      if (side === "response" && demandedBefore.includes(name) && !demandedNow.includes(name))
        this.report(at, "it was always there and is no more");
      this.compare({ where: at, side, released: before[name], current: now[name] });
    }
    if (side === "request")
      for (const name of demandedNow)
        if (!demandedBefore.includes(name)) this.report(`${where}.${name}`, "it is required now");
  }

  #compareInside(where: string, side: Side, released: Part, current: Part): void {
    for (const keyword of ["additionalProperties", "unevaluatedProperties"]) {
      if (side === "request" && released[keyword] !== false && current[keyword] === false)
        this.report(where, "it takes no properties of other names any more");
    }
    for (const [keyword, step] of [
      ["items", "[]"],
      ["additionalProperties", ".*"],
      ["propertyNames", " (names)"],
    ] as const) {
      const [before, now] = [released[keyword], current[keyword]];
      if (isSchema(before) || (isSchema(now) && side === "request"))
        if (now !== false)
          this.compare({ where: where + step, side, released: before ?? {}, current: now ?? {} });
    }
  }

  #compareVariants(where: string, side: Side, released: Part, current: Part): void {
    const before = variantsOf(released);
    const now = variantsOf(current);
    if (before.length === 0 && now.length === 0) return;
    if (before.length === 0 || now.length === 0) {
      this.report(where, before.length === 0 ? "it became a choice" : "it is no choice any more");
      return;
    }
    const { pairs, gone, added } = pairUp(before, now);
    for (const [one, other] of pairs)
      this.compare({ where: `${where} (${one.name})`, side, released: one.schema, current: other.schema });
    if (side === "request") for (const { name } of gone) this.report(where, `it can't be ${name} any more`);
    if (side === "response") for (const { name } of added) this.report(where, `it can be ${name} now`);
  }
}

/** One schema with everything that `$ref` and `allOf` say about it. */
function flatten(document: Part, schema: unknown): Part {
  const { allOf, ...own } = resolve(document, schema);
  const parts = [own, ...list(allOf).map((one) => flatten(document, one))];
  const flat = Object.assign({}, ...parts) as Record<string, unknown>;
  if (parts.some(({ properties }) => properties))
    flat.properties = Object.assign({}, ...parts.map(({ properties }) => properties));
  if (parts.some(({ required }) => required))
    flat.required = [...new Set(parts.flatMap(({ required }) => list(required)))];
  return flat;
}

const isSchema = (value: unknown) => typeof value === "object" && value !== null;
const typesOf = ({ type }: Part) => (type === undefined ? undefined : Array.isArray(type) ? type : [type]);

function compareTypes(side: Side, released: Part, current: Part, say: (what: string) => void): void {
  const [before, now] = [typesOf(released), typesOf(current)];
  // Whoever writes may go on writing the same; whoever reads meets nothing new.
  const [written, read] = side === "request" ? [before, now] : [now, before];
  const understood = (type: unknown) =>
    read === undefined || read.includes(type) || (type === "integer" && read.includes("number"));
  if (read !== undefined && (written === undefined || !written.every(understood)))
    say(`its type was ${before?.join(" or ") ?? "any"} and is ${now?.join(" or ") ?? "any"}`);
}

const valuesOf = ({ enum: values, const: value }: Part) => (value === undefined ? values : [value]);

function compareValues(side: Side, released: Part, current: Part, say: (what: string) => void): void {
  const [before, now] = [valuesOf(released), valuesOf(current)];
  if (isSame(before, now)) return;
  if (before === undefined) {
    if (side === "request") say("only some values are allowed now");
  } else if (now === undefined) {
    if (side === "response") say("it was one of some values, and can be anything now");
  } else {
    const gone = list(before).filter((value) => !list(now).includes(value));
    for (const value of gone) say(`the value ${JSON.stringify(value)} is gone`);
  }
}

function compareBounds(released: Part, current: Part, say: (what: string) => void): void {
  const compare = (bounds: readonly string[], isTighter: (now: number, before: number) => boolean) => {
    for (const bound of bounds) {
      const [before, now] = [released[bound], current[bound]];
      if (typeof now !== "number") continue;
      if (typeof before !== "number" || isTighter(now, before))
        say(`its ${bound} was ${before ?? "none"} and is ${now}`);
    }
  };
  compare(upperBounds, (now, before) => now < before);
  compare(lowerBounds, (now, before) => now > before);
  for (const rule of ["pattern", "multipleOf", "uniqueItems"])
    if (current[rule] !== undefined && current[rule] !== false && !isSame(current[rule], released[rule]))
      say(`its ${rule} was ${released[rule] ?? "none"} and is ${current[rule]}`);
}

interface Variant {
  readonly name: string;
  readonly schema: unknown;
}

function variantsOf(schema: Part): Variant[] {
  return [...list(schema.oneOf), ...list(schema.anyOf)].map((variant, index) => {
    const { $ref, title, type } = part(variant);
    const name = typeof $ref === "string" ? $ref.split("/").at(-1) : (title ?? type);
    return { name: String(name ?? `number ${index + 1}`), schema: variant };
  });
}

/** Variants of the same name belong together; then, if nothing was added or taken away, those in the same place. */
function pairUp(before: readonly Variant[], now: readonly Variant[]) {
  const pairs: (readonly [Variant, Variant])[] = [];
  const added = [...now];
  const gone = before.filter((variant) => {
    const at = added.findIndex(({ name }) => name === variant.name);
    if (at < 0) return true;
    pairs.push([variant, ...(added.splice(at, 1) as [Variant])]);
    return false;
  });
  if (gone.length !== added.length) return { pairs, gone, added };
  return {
    pairs: [...pairs, ...gone.map((one, index) => [one, added[index] as Variant] as const)],
    gone: [],
    added: [],
  };
}
