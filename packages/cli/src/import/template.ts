import type { OneHazel, Template } from "@onehazel/sdk";
import { exitCode } from "../exit-codes.js";
import { Failure, misuse } from "../failures.js";
import type { Fault } from "./items.js";

/** The template that the operator's writes are held against. */
export async function chosenTemplate(client: OneHazel): Promise<Template> {
  const { template } = await client.settings.get();
  if (template === null) {
    throw new Failure(
      "No template is set. Call PUT /operator-data-api/settings with a templateId first, for example tpl_igaming",
      exitCode.failed,
      "TEMPLATE_NOT_CONFIGURED",
    );
  }
  // A built-in template is not given by its id; the list has it.
  const found = (await client.templates.list()).find(({ id }) => id === template.id);
  if (found === undefined)
    throw new Failure("The chosen template is not listed", exitCode.failed, "TEMPLATE_NOT_FOUND");
  return found;
}

const typesNamedMax = 20;

/** @throws Failure if the type that an option gives to every row is none of the template's. */
export function requireType(template: Template, kind: "entity_types" | "event_types", type: string): void {
  const types = Object.keys(template.schema[kind]);
  if (types.includes(type)) return;
  const what = kind === "entity_types" ? "entity" : "event";
  const named = types.slice(0, typesNamedMax).join(", ");
  const more = types.length > typesNamedMax ? ` and ${types.length - typesNamedMax} more` : "";
  throw misuse(`--type: the template has no ${what} type "${type}". It has: ${named}${more}`);
}

/** What a dry run can tell of an item: all that the server would say which does not depend on what is stored or on its clock. */
export interface Checkable {
  readonly externalId: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurredAt?: unknown;
}

const idCodePointsMax = 255;
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;

export function checkAgainst(
  template: Template,
  kind: "entity_types" | "event_types",
  { externalId, type, data, occurredAt }: Checkable,
): Fault | undefined {
  const invalid = (message: string) => ({ code: "VALIDATION_FAILED", message });
  const rules = Object.hasOwn(template.schema[kind], type) ? template.schema[kind][type] : undefined;
  if (rules === undefined) return invalid(`The template has no type "${type}"`);
  if ([".", ".."].includes(externalId) || [...externalId].length > idCodePointsMax) {
    return invalid(`The external id is "." or "..", or longer than ${idCodePointsMax} characters`);
  }
  if (occurredAt !== undefined && !(isoTime.test(String(occurredAt)) && isoDay(String(occurredAt)))) {
    return invalid("The time is not ISO 8601 with its zone, as 2026-04-06T12:00:00Z");
  }
  const missing = (rules.required ?? []).filter((field) => (data[field] ?? undefined) === undefined);
  if (missing.length > 0) {
    return invalid(missing.map((field) => `Missing required field: "${field}"`).join(", "));
  }
  return unstorable(externalId) ?? unstorable(data);
}

function isoDay(time: string): boolean {
  return !Number.isNaN(Date.parse(time));
}

const depthMax = 64;
const keyCharactersMax = 255;

/** What no value that is stored may hold. One of these makes a server refuse the whole batch, so every import looks for them. */
export function unstorable(value: unknown, depth = 3): Fault | undefined {
  const invalid = (message: string) => ({ code: "VALIDATION_FAILED", message });
  if (typeof value === "string") {
    if (value.includes("\0")) return invalid("A value holds U+0000");
    return value.isWellFormed() ? undefined : invalid("A value holds half a character");
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > depthMax) return invalid(`The data is nested deeper than ${depthMax} levels`);
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value) && key.length > keyCharactersMax) {
      return invalid(`A name is longer than ${keyCharactersMax} characters`);
    }
    const fault = (Array.isArray(value) ? undefined : unstorable(key)) ?? unstorable(inner, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}
