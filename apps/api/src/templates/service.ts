import type { TemplateVersion } from "../http/credential.js";
import { ApiError, type Fault, validationFailed } from "../http/errors.js";
import type { TemplateSchema } from "./repository.js";

/** One entity or event type as a template has it. */
export interface RecordType {
  readonly required: readonly string[];
  readonly piiFields: ReadonlySet<string>;
}

interface CompiledTemplate {
  readonly entityTypes: ReadonlyMap<string, RecordType>;
  readonly eventTypes: ReadonlyMap<string, RecordType>;
  readonly stateKeys: ReadonlySet<string>;
}

const namesShownMax = 20;
const compiled = new WeakMap<TemplateVersion, CompiledTemplate>();

/** The template that an operator must have chosen. Throws `TEMPLATE_NOT_CONFIGURED`. */
export function requireTemplate(template: TemplateVersion | undefined): TemplateVersion {
  if (template === undefined) {
    throw new ApiError(
      "TEMPLATE_NOT_CONFIGURED",
      "No template is set. Call PUT /operator-data-api/settings with a templateId first, for example tpl_igaming",
    );
  }
  return template;
}

/**
 * Holds an entity against its template. Throws `VALIDATION_FAILED` with every fault, those found before among them; fields that
 * nobody listed are kept.
 */
export function checkEntity(
  template: TemplateVersion,
  entityType: string,
  data: Readonly<Record<string, unknown>>,
  foundBefore: readonly Fault[] = [],
): RecordType {
  return checkRecord(compile(template).entityTypes, "entityType", entityType, data, foundBefore);
}

/** Holds an event against its template, as `checkEntity` does an entity. */
export function checkEvent(
  template: TemplateVersion,
  eventType: string,
  data: Readonly<Record<string, unknown>>,
  foundBefore: readonly Fault[] = [],
): RecordType {
  return checkRecord(compile(template).eventTypes, "eventType", eventType, data, foundBefore);
}

/** Throws `INVALID_STATE_KEY`. */
export function checkStateKey(template: TemplateVersion, stateKey: string): void {
  const { stateKeys } = compile(template);
  if (stateKeys.has(stateKey)) return;
  throw new ApiError("INVALID_STATE_KEY", `The state key must be one of your template: ${listed(stateKeys)}`);
}

/** The same as a fault, for a request that has others. */
export function stateKeyFaults(template: TemplateVersion, stateKey: unknown, field: string): Fault[] {
  const { stateKeys } = compile(template);
  if (typeof stateKey !== "string" || stateKeys.has(stateKey)) return [];
  return [{ field, message: `must be a state key of your template: ${listed(stateKeys)}` }];
}

/** What `check` throws, as faults: for a request that has others and is told all of them. */
export function faultsThrownBy(check: () => unknown): readonly Fault[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ApiError) return error.details ?? [];
    throw error;
  }
}

function checkRecord(
  types: ReadonlyMap<string, RecordType>,
  field: "entityType" | "eventType",
  name: string,
  data: Readonly<Record<string, unknown>>,
  foundBefore: readonly Fault[],
): RecordType {
  const type = types.get(name);
  if (type === undefined) {
    const message = `must be a type of your template: ${listed(types.keys())}`;
    throw validationFailed([{ field, message }, ...foundBefore]);
  }
  const missing = type.required
    .filter((required) => !Object.hasOwn(data, required) || data[required] === null)
    .map(
      (required): Fault => ({ field: `data.${required}`, message: `Missing required field: "${required}"` }),
    );
  if (missing.length + foundBefore.length > 0) throw validationFailed([...missing, ...foundBefore]);
  return type;
}

/** A template may name more than a message can. */
function listed(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, namesShownMax).join(", ");
  return all.length > namesShownMax ? `${shown} and ${all.length - namesShownMax} more` : shown;
}

function compile(template: TemplateVersion): CompiledTemplate {
  const known = compiled.get(template);
  if (known !== undefined) return known;
  const schema = template.schema as TemplateSchema;
  const recordTypes = (types: TemplateSchema["entity_types"]): Map<string, RecordType> =>
    new Map(
      Object.entries(types).map(([name, { required }]) => [
        name,
        {
          required,
          piiFields: new Set(Object.hasOwn(schema.pii_fields, name) ? schema.pii_fields[name] : []),
        },
      ]),
    );
  const fresh = {
    entityTypes: recordTypes(schema.entity_types),
    eventTypes: recordTypes(schema.event_types),
    stateKeys: new Set(schema.state_keys),
  };
  compiled.set(template, fresh);
  return fresh;
}
