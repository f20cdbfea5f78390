import type { Operation } from "@onehazel/spec";
import type { Request, Response } from "express";
import { readItems } from "./batch-body.js";
import { type Body, type BodyOptions, readBody, readBodyBytes } from "./body.js";
import type { Credential } from "./credential.js";
import { ApiError, type Fault, told, validationFailed } from "./errors.js";
import { type SortedFaults, withFaults } from "./faults.js";
import { readParameters } from "./input.js";
import { faultsOfValue, tooDeep } from "./json-value.js";
import { faultsOfLargeBody, largeBodyUnitsMin } from "./large-body.js";
import type { BodyCheck, TemplateCheck } from "./operation.js";
import type { Route } from "./routes.js";
import type { TenantKeys } from "./tenant-keys.js";
import type { Turns } from "./turns.js";
import type { Validator } from "./validate.js";

/** The parts of a request that is valid against the spec. */
export interface ValidInput {
  readonly params: Record<string, string>;
  readonly query: Record<string, unknown>;
  readonly body: unknown;
  /** Whether the body is so long that further work on it has to be done in turns. */
  readonly isLong: boolean;
}

/** What the validation of a request needs. */
export interface InputRules extends BodyOptions {
  readonly turns: Turns;
  readonly validator: Validator;
  readonly handling: {
    readonly check: BodyCheck | undefined;
    readonly checkTemplate?: TemplateCheck | undefined;
  };
  /** The caller's credential, looked up now. */
  readonly caller: () => Promise<Credential>;
  readonly keys: TenantKeys;
}

const longTextUnitsMin = 65_536;
const detailsMax = 100;
const noBody: Body = { value: undefined, text: "" };

/**
 * Reads and validates a request. Throws all of its faults in one error, `MISSING_FIELDS` or `VALIDATION_FAILED`, or the errors of
 * `readBody` and `readItems`. The body's text is not returned: a large text must not stay in memory beside its value.
 */
export async function readInput(
  request: Request,
  response: Response,
  route: Route,
  rules: InputRules,
): Promise<ValidInput> {
  const { operation, rawParams } = route;
  const { turns } = rules;
  let body = noBody;
  if (operation.batch) {
    const bytes = await readBodyBytes(request, response, operation, rules);
    body = { value: await readItems(bytes, operation, turns), text: "" };
  } else if (operation.body !== "none") {
    body = await readBody(request, response, operation, rules);
  }
  const isLong = body.text.length >= longTextUnitsMin;
  // Parsing and searching a long text each take a separate turn.
  if (isLong) await turns.next();
  const { params, query, faults } = readParameters(operation, rawParams, request.url);
  const invalid = [...faults];
  if (!operation.batch && operation.body !== "none") {
    const unkept = faultsOfValue(body.value, body.text);
    invalid.push(...unkept);
    // No other check may descend into a value that nests too deep.
    if (!unkept.some(({ message }) => message === tooDeep))
      addOwn(rules.handling.check?.(body.value), invalid);
    if (isLong) await turns.next();
  }
  const key = operation.idempotent ? request.headers["idempotency-key"] : undefined;
  const isLarge = body.text.length >= largeBodyUnitsMin && operation.bodySchema !== undefined;
  const verdict = await rules.validator.validate(
    {
      params,
      query,
      headers: typeof key === "string" ? { "idempotency-key": key } : {},
      body: operation.body === "none" ? undefined : body.value,
    },
    isLarge ? await faultsOfLargeBody(body.value, operation.bodySchema, turns) : undefined,
  );
  if (invalid.length > 0 || verdict.invalid.length > 0 || verdict.missing.length > 0) {
    const found = withFaults({ missing: verdict.missing, invalid }, verdict.invalid);
    throw refusal(operation, withFaults(found, await templateFaults(rules, body.value, params)));
  }
  return { params, query: verdict.query, body: body.value, isLong };
}

function addOwn(found: readonly Fault[] = [], faults: Fault[]): void {
  const named = new Set(faults.map(({ field }) => field));
  faults.push(...found.filter(({ field }) => !named.has(field)));
}

async function templateFaults(
  { handling, caller, keys }: InputRules,
  body: unknown,
  params: Readonly<Record<string, string>>,
): Promise<readonly Fault[]> {
  if (handling.checkTemplate === undefined) return [];
  const credential = await caller();
  if (credential.reach !== "operator") return [];
  const { template, asOf } = credential;
  return handling.checkTemplate({ template, asOf, keys: keys.operator(credential) }, body, params);
}

function refusal(operation: Operation, { missing, invalid }: SortedFaults): ApiError {
  const details = told([...missing, ...invalid].slice(0, detailsMax));
  if (missing.length === 0) return validationFailed(details);
  const names = missing.map(({ field }) => `"${field}"`).join(", ");
  const message =
    operation.missingSentence ??
    (missing.length === 1 ? `Missing required field: ${names}` : `Missing required fields: ${names}`);
  return new ApiError("MISSING_FIELDS", message, { details });
}
