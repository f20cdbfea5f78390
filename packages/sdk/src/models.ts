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
/** The receipt of an erasure. */
export type Erasure = Schemas["Erasure"];
/** An API key as it is listed: never the key itself. */
export type ApiKey = Schemas["ApiKey"];
/** A new API key: `key` is shown here and never again. */
export type NewApiKey = Schemas["ApiKeyCreated"]["data"];
/** Which entity and event types exist, what they require, and which fields are PII. */
export type Template = Schemas["Template"];
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
