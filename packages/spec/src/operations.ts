import {
  dereference,
  document,
  type ErrorCode,
  type OperationId,
  type OperationObject,
  type ParameterObject,
  type SchemaObject,
} from "./document.js";
import { errorCodesOf } from "./error-codes.js";
import type { components } from "./generated/openapi.js";

/** Every kind of credential, the keys before the sessions. */
export const credentialKinds = ["operatorKey", "platformKey", "operatorSession", "platformSession"] as const;
/** A kind of credential that the spec knows. */
export type CredentialKind = (typeof credentialKinds)[number];
/** A category that calls are counted in. */
export type RateLimitCategory = keyof NonNullable<components["schemas"]["Configuration"]["rateLimits"]>;

/** What the document says about limits. */
export interface RateLimits {
  readonly windowSeconds: number;
  /** Calls a window, where nobody said otherwise. */
  readonly quotas: Readonly<Record<RateLimitCategory, number>>;
}

/** What each category takes. */
export const rateLimits = document["x-rate-limits"] as RateLimits;
/** The most that a limit may be set to, for an operator or a platform. */
export const rateLimitMax = document.components.schemas.RateLimitOverride?.maximum as number;

/** One operation, with everything the pipeline asks about it resolved once. */
export interface Operation {
  readonly id: OperationId;
  /** In upper case. */
  readonly method: string;
  /** The path's template, for example `/operator-data-api/entities/{externalId}`. */
  readonly path: string;
  readonly credentials: readonly CredentialKind[];
  readonly rateLimit: RateLimitCategory;
  /** Refused to who sees personal fields as stored. */
  readonly clearPiiOnly: boolean;
  /** An Idempotency-Key is honoured. */
  readonly idempotent: boolean;
  /** Items of its body are held against their schema one by one. */
  readonly batch: boolean;
  /** `Content-Encoding: gzip` is accepted. */
  readonly gzip: boolean;
  /** The largest body it takes, inflated. */
  readonly bodyBytesMax: number;
  /** The most JSON values its body may hold. */
  readonly jsonValuesMax: number;
  /** `required`: an empty body is an error; `optional`: it counts as `{}`; `none`: a body is not looked at. */
  readonly body: "required" | "optional" | "none";
  /** How its errors look: an object, or a sentence with the code beside it. */
  readonly errorShape: "object" | "sentence";
  /** The sentence for a missing field, where errors are sentences. */
  readonly missingSentence: string | undefined;
  /** The sentence for a fault of ours, where errors are sentences. */
  readonly failureSentence: string | undefined;
  readonly parameters: readonly ParameterObject[];
  readonly bodySchema: SchemaObject | undefined;
  /** The statuses it declares, ascending. */
  readonly statuses: readonly number[];
  /** The codes of its error responses. */
  readonly errorCodes: readonly ErrorCode[];
}

/** What a body may hold where the spec says nothing else: any that is no batch. */
export const bodyBytesMaxDefault = 1_048_576;
/** The most JSON values that such a body may hold: each number, string, literal, object and array counts as one. */
export const jsonValuesMaxDefault = 20_000;
const methods = ["get", "post", "put", "patch", "delete"] as const;

/** Every operation of the document, in its order. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  methods
    .filter((method) => item[method] !== undefined)
    .map((method) => describe(path, method, item, item[method] as OperationObject)),
);

function describe(
  path: string,
  method: string,
  item: Readonly<Record<string, unknown>>,
  raw: OperationObject,
): Operation {
  const shared = (item.parameters ?? []) as readonly (ParameterObject | { $ref: string })[];
  const schema = raw.requestBody?.content["application/json"]?.schema;
  const operation = {
    id: raw.operationId,
    method: method.toUpperCase(),
    path,
    credentials: (raw.security ?? document.security)
      .flatMap((alternative) => Object.keys(alternative))
      .filter((name): name is CredentialKind => credentialKinds.some((kind) => kind === name)),
    rateLimit: raw["x-rate-limit"] as RateLimitCategory,
    clearPiiOnly: raw["x-clear-pii-only"] === true,
    idempotent: raw["x-idempotent"] === true,
    batch: raw["x-batch"] === true,
    gzip: raw["x-gzip"] === true,
    bodyBytesMax: (raw["x-body-bytes-max"] as number | undefined) ?? bodyBytesMaxDefault,
    jsonValuesMax: (raw["x-json-values-max"] as number | undefined) ?? jsonValuesMaxDefault,
    body: bodyOf(raw),
    errorShape: item["x-error-shape"] === "sentence" ? ("sentence" as const) : ("object" as const),
    missingSentence: raw["x-missing-sentence"] as string | undefined,
    failureSentence: raw["x-failure-sentence"] as string | undefined,
    parameters: [...shared, ...(raw.parameters ?? [])].map((parameter) =>
      dereference<ParameterObject>(parameter),
    ),
    bodySchema: schema === undefined ? undefined : dereference<SchemaObject>(schema),
    statuses: Object.keys(raw.responses)
      .map(Number)
      .sort((a, b) => a - b),
  };
  const own = (raw["x-error-codes"] ?? []) as readonly ErrorCode[];
  return { ...operation, errorCodes: errorCodesOf(operation, own) };
}

function bodyOf({ requestBody }: OperationObject): Operation["body"] {
  if (requestBody === undefined) return "none";
  return requestBody.required === true ? "required" : "optional";
}
