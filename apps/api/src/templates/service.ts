import type { components } from "@onehazel/spec";
import type { TransactionContext } from "../http/context.js";
import type { OperatorCredential, TemplateVersion } from "../http/credential.js";
import { ApiError, type Fault, validationFailed } from "../http/errors.js";
import { listTemplates, type TemplateSchema } from "./repository.js";

type Template = components["schemas"]["Template"];

/** One entity type as a template has it. */
export interface EntityType {
  readonly required: readonly string[];
  readonly piiFields: ReadonlySet<string>;
}

interface CompiledTemplate {
  readonly entityTypes: ReadonlyMap<string, EntityType>;
}

const compiled = new WeakMap<TemplateVersion, CompiledTemplate>();

/** What an operator can choose from. */
export async function findTemplates({ tx }: TransactionContext<OperatorCredential>): Promise<Template[]> {
  const rows = await listTemplates(tx);
  return rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }));
}

/** The template that an operator must have chosen. Throws `TEMPLATE_NOT_CONFIGURED`. */
export function requireTemplate(template: TemplateVersion | undefined): TemplateVersion {
  if (template === undefined) {
    throw new ApiError(
      "TEMPLATE_NOT_CONFIGURED",
      "No template is set: call PUT /settings with a templateId first",
    );
  }
  return template;
}

/** Holds an entity against its template. Throws `VALIDATION_FAILED` with every fault; fields that nobody listed are kept. */
export function checkEntity(
  template: TemplateVersion,
  entityType: string,
  data: Readonly<Record<string, unknown>>,
): EntityType {
  const { entityTypes } = compile(template);
  const type = entityTypes.get(entityType);
  if (type === undefined) {
    const known = [...entityTypes.keys()].join(", ");
    throw validationFailed([{ field: "entityType", message: `must be a type of your template: ${known}` }]);
  }
  const faults = type.required
    .filter((field) => !Object.hasOwn(data, field) || data[field] === null)
    .map((field): Fault => ({ field: `data.${field}`, message: `Missing required field: "${field}"` }));
  if (faults.length > 0) throw validationFailed(faults);
  return type;
}

function compile(template: TemplateVersion): CompiledTemplate {
  const known = compiled.get(template);
  if (known !== undefined) return known;
  const schema = template.schema as TemplateSchema;
  const entityTypes = new Map(
    Object.entries(schema.entity_types).map(([name, { required }]): [string, EntityType] => [
      name,
      { required, piiFields: new Set(Object.hasOwn(schema.pii_fields, name) ? schema.pii_fields[name] : []) },
    ]),
  );
  const fresh = { entityTypes };
  compiled.set(template, fresh);
  return fresh;
}
