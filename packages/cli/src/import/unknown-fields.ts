import type { Template } from "@onehazel/sdk";
import { say } from "../output.js";
import type { Mapping } from "./mapping.js";

const namedMax = 100;

/**
 * Fields that the template does not name: they are stored as they are, in clear even where they are personal. Each is told of once,
 * before the first row that has a place for it is sent.
 */
export class UnknownFields {
  readonly #types: Template["schema"]["entity_types"];
  readonly #known = new Map<string, ReadonlySet<string>>();
  readonly #found = new Map<string, Set<string>>();
  readonly #columnOf: ReadonlyMap<string, string>;
  #count = 0;

  constructor(template: Template, kind: "entity_types" | "event_types", mapping: Mapping) {
    this.#types = template.schema[kind];
    this.#columnOf = new Map([...mapping].map(([column, mapped]) => [mapped?.field ?? "", column]));
  }

  see(type: string, fields: readonly string[]): void {
    const known = this.#knownOf(type);
    const found = this.#found.get(type);
    const fresh = fields.filter((field) => !known.has(field) && !found?.has(field));
    if (fresh.length === 0 || this.#count >= namedMax) return;
    const named = fresh.slice(0, namedMax - this.#count);
    this.#count += named.length;
    this.#found.set(type, new Set([...(found ?? []), ...named]));
    const columns = named.map((field) => this.#columnOf.get(field) ?? field);
    const names = named.map((field, n) => (field === columns[n] ? field : `${columns[n]} (as ${field})`));
    say(
      `The template does not know these fields of "${type}", so they are stored in clear, personal or not: ${names.join(", ")}. ` +
        `To leave one out: --map '${columns[0]}='`,
    );
    if (this.#count >= namedMax) say("… and perhaps more: no further ones are named");
  }

  /** By type, as `--json` tells of them. */
  byType(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries([...this.#found].map(([type, fields]) => [type, [...fields]]));
  }

  /** Of a type that the template does not have, nothing is stored. */
  #knownOf(type: string): Pick<ReadonlySet<string>, "has"> {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    const rules = Object.hasOwn(this.#types, type) ? this.#types[type] : undefined;
    if (rules === undefined) return { has: () => true };
    const names = new Set([...(rules.required ?? []), ...(rules.optional ?? [])]);
    this.#known.set(type, names);
    return names;
  }
}
