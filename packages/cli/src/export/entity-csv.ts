import type { Entity, Template } from "@onehazel/sdk";
import { stringify } from "csv-stringify/sync";
import { misuse } from "../failures.js";

const own = ["id", "external_id", "entity_type", "created_at", "updated_at"] as const;

/** What of `data` no column holds, as JSON: nothing is left out in silence. */
const rest = "other_data";

/** Entities as CSV: columns of ours, a column for each field that the template knows of their type, and one for the rest. */
export class EntityCsv {
  readonly #fields: readonly string[];

  constructor(template: Template, entityType: string | undefined) {
    const types = template.schema.entity_types;
    if (entityType !== undefined && !Object.hasOwn(types, entityType)) {
      throw misuse(`The template has no type "${entityType}"`);
    }
    const chosen = entityType === undefined ? Object.values(types) : [types[entityType]];
    const fields = chosen.flatMap((type) => [...(type?.required ?? []), ...(type?.optional ?? [])]);
    this.#fields = [...new Set(fields)];
  }

  header(): string {
    // A field may have the name of one of our columns.
    const fields = this.#fields.map((name) =>
      (own as readonly string[]).includes(name) || name === rest ? `data.${name}` : name,
    );
    return stringify([[...own, ...fields, rest]]);
  }

  row(entity: Entity): string {
    const left = new Map<string, unknown>(Object.entries(entity.data));
    const values = this.#fields.map((name) => {
      const value = left.get(name);
      left.delete(name);
      return cell(value);
    });
    const other = left.size === 0 ? "" : JSON.stringify(Object.fromEntries(left));
    return stringify([[...own.map((name) => entity[name]), ...values, other]]);
  }
}

function cell(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
