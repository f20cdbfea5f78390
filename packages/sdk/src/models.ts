import type { components } from "@onehazel/spec";
import type { BodyOf, QueryOf } from "./operations.js";

type Schemas = components["schemas"];

/** A stored entity, as single reads give it: PII in clear. In lists each PII field is a ciphertext string. */
export type Entity = Schemas["Entity"];
/** What a list with `updatedSince` tells of an entity that was erased. */
export type ErasedEntity = Schemas["ErasedEntity"];
/** What an upsert takes. */
export type EntityInput = BodyOf<"upsertEntity">;
/** What an upsert answers. */
export type EntityUpserted = Schemas["EntityUpserted"]["data"];
/** One line of an export: the entity, a state or an event, told apart by `type`; PII in clear. */
export type ExportLine = Exclude<Schemas["ExportLine"], Schemas["ExportEnd"]>;
/** An event, as single reads give it: PII in clear. In lists each PII field is a ciphertext string. */
export type Event = Schemas["Event"];
/** What an event is recorded from. */
export type EventInput = Dated<BodyOf<"recordEvent">>;
/** The value of one of an entity's state keys. */
export type State = Schemas["State"];
/** An entity of a batch. */
export type BatchEntityInput = BodyOf<"batchEntities">[number];
/** An event of a batch, with the entity that it happened to. */
export type BatchEventInput = Dated<BodyOf<"batchEvents">[number]>;
/** A state of a batch, with the entity that it is true of. */
export type BatchStateInput = BodyOf<"batchStates">[number];
/** What came of a batch: `errors` names each item that was not stored by its `index`; the others were. */
export type BatchResult = Schemas["BatchResult"];
/** The record of a batch, kept for 30 days. */
export type BatchJob = Schemas["BatchJob"];
/** Who did what, to what, when. */
export type AuditEntry = Schemas["AuditEntry"];
/** What one daily run of retention archived and removed. */
export type RetentionRun = Schemas["RetentionRun"];
/** The receipt of an erasure. */
export type Erasure = Schemas["Erasure"];
/** An API key as it is listed: never the key itself. */
export type ApiKey = Schemas["ApiKey"];
/** A new API key: `key` is shown here and never again. */
export type NewApiKey = Schemas["ApiKeyCreated"]["data"];
/** Which entity and event types exist, what they require, and which fields are PII. */
export type Template = Schemas["Template"];
/** What a template of your own is made from, or replaced with. */
export type TemplateInput = DeepReadonly<BodyOf<"createTemplate">>;
/** An operator's template and retention. */
export type Settings = Schemas["Settings"];
/** What of the settings is to change; what is left out stays. */
export type SettingsInput = BodyOf<"updateSettings">;
/** One of a platform's operators. */
export type Operator = Schemas["Operator"];
/** What an operator is made from. */
export type OperatorInput = BodyOf<"createOperator">;
/** What of an operator is to change; what is left out stays, null clears. */
export type OperatorUpdate = BodyOf<"updateOperator">;
/** Which operators to list. */
export type OperatorQuery = QueryOf<"listOperators">;

/** A moment: a `Date`, or ISO 8601. */
export type Moment = Date | string;

type DeepReadonly<T> = { readonly [Name in keyof T]: DeepReadonly<T[Name]> };

type Dated<T> = Omit<T, "occurredAt"> & {
  /** Now by default; from 1825 days ago to 5 minutes ahead. */
  readonly occurredAt?: Moment | undefined;
};

/** Which part of a list to fetch. */
export interface PageQuery {
  /** Items a page: 1 to 200, 50 by default. */
  readonly limit?: number;
  /** Start at a page's `nextCursor`. */
  readonly cursor?: string;
}

/** Which entries of an audit log to list. */
export interface AuditQuery extends PageQuery {
  /** Only this action, for example `settings.update`. */
  readonly action?: string;
  /** Only what was done to the thing with this id. */
  readonly targetId?: string;
  /** At or after this moment. */
  readonly from?: Moment;
  /** Before this moment. */
  readonly to?: Moment;
}

/** What a new API key is to be. */
export interface NewApiKeyInput {
  /** What the key is for, in your words; at most 100 characters. */
  readonly label?: string | null;
  /** In the future; null or left out for never. */
  readonly expiresAt?: Moment | null;
  /** `read` keys may only read. `write` by default. */
  readonly access?: "write" | "read";
}

/** The result of a write under an Idempotency-Key. */
export type Idempotent<T> = T & {
  /** The key the write was sent under: give it again to repeat the same write safely, for 24 hours. */
  readonly idempotencyKey: string;
  /** The write had been done before under this key; this is its remembered reply. */
  readonly isReplay: boolean;
};

/** The part of a template that types are made from: `typeof` one of your own, written with `as const`. */
export interface TemplateTypes {
  readonly schema: {
    readonly entity_types: Readonly<
      Record<string, { readonly required: readonly string[]; readonly optional: readonly string[] }>
    >;
  };
}

type FieldsOf<T extends TemplateTypes, Type extends keyof T["schema"]["entity_types"]> = {
  readonly [Field in T["schema"]["entity_types"][Type]["required"][number]]: unknown;
} & { readonly [Field in T["schema"]["entity_types"][Type]["optional"][number]]?: unknown };

/** What an upsert takes under a template; `EntityInput` without one. */
export type EntityInputOf<T extends TemplateTypes | undefined> = T extends TemplateTypes
  ? {
      [Type in keyof T["schema"]["entity_types"] & string]: Omit<EntityInput, "entityType" | "data"> & {
        entityType: Type;
        data: FieldsOf<T, Type>;
      };
    }[keyof T["schema"]["entity_types"] & string]
  : EntityInput;

/** An entity stored under a template; `Entity` without one. */
export type EntityOf<T extends TemplateTypes | undefined> = T extends TemplateTypes
  ? {
      [Type in keyof T["schema"]["entity_types"] & string]: Omit<Entity, "entity_type" | "data"> & {
        entity_type: Type;
        data: FieldsOf<T, Type>;
      };
    }[keyof T["schema"]["entity_types"] & string]
  : Entity;
