import { dereference, type Operation, type SchemaObject } from "@onehazel/spec";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import * as openApiValidator from "express-openapi-validator";
import type { Fault } from "./errors.js";
import { prunedDocument } from "./pruned-document.js";

/** The parts of a request that the spec speaks about. */
export interface Input {
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** What the validator made of an input: query values in their types, and every fault. */
export interface Verdict {
  readonly query: Record<string, unknown>;
  readonly missing: readonly Fault[];
  readonly invalid: readonly Fault[];
}

interface ValidatorError {
  readonly errors?: readonly { path: string; message: string; errorCode?: string }[];
  readonly status?: number;
}

/**
 * The seam around express-openapi-validator. Each operation gets a validator over a document that holds that one operation
 * only: the library scans every path of its document at each request, and so the cost must not grow with the spec.
 * It is given a request of ours and never sees the connection's.
 */
export class Validator {
  readonly #operation: Operation;
  readonly #requests: readonly RequestHandler[];
  readonly #replies: readonly RequestHandler[];
  readonly #expected: ReadonlyMap<string, string>;

  constructor(operation: Operation, options: { replies: boolean }) {
    this.#operation = operation;
    this.#expected = expectedWords(operation);
    this.#requests = middleware(operation, "request", {
      validateRequests: { allErrors: true },
      validateResponses: false,
    });
    this.#replies = options.replies
      ? middleware(operation, "reply", {
          validateRequests: false,
          validateResponses: { onError: noteReplyError },
        })
      : [];
  }

  async validate(input: Input): Promise<Verdict> {
    const request = syntheticRequest(this.#operation, input);
    const error = await run(this.#requests, request, {});
    const faults = error === undefined ? [] : faultsOf(error);
    return { query: request.query, ...this.#sort(faults, input) };
  }

  /** Holds a reply against the spec and throws when it has another shape. A no-op unless replies are validated. */
  async checkReply(status: number, body: unknown): Promise<void> {
    if (this.#replies.length === 0) return;
    const request = syntheticRequest(this.#operation, {
      params: {},
      query: {},
      headers: {},
      body: undefined,
    });
    const response = {
      statusCode: status,
      headersSent: false,
      getHeaders: () => ({}),
      json: (json: unknown) => json,
    };
    const error = await run(this.#replies, request, response);
    if (error !== undefined) throw error;
    response.json(structuredClone(body));
    if (request.replyError !== undefined) throw request.replyError;
  }

  #sort(faults: readonly RawFault[], input: Input): { missing: Fault[]; invalid: Fault[] } {
    const missing = new Map<string, Fault>();
    const invalid = new Map<string, Fault>();
    for (const fault of faults) {
      const place = fieldOf(fault.path);
      if (this.#isMissing(fault, input)) {
        missing.set(place, { field: place, message: `Missing required field: "${place}"` });
      } else if (!invalid.has(place)) {
        invalid.set(place, { field: place, message: this.#expected.get(place) ?? wordsOf(fault, place) });
      }
    }
    for (const place of missing.keys()) invalid.delete(place);
    return { missing: [...missing.values()], invalid: [...invalid.values()] };
  }

  /** A required top-level field that is absent or null; where errors are sentences, an empty one too. */
  #isMissing(fault: RawFault, input: Input): boolean {
    const [, place, name, ...deeper] = fault.path.split("/");
    if (name === undefined || deeper.length > 0) return false;
    if (fault.keyword === "required") return true;
    if (place !== "body" || this.#operation.bodySchema?.required?.includes(name) !== true) return false;
    const value = (input.body as Record<string, unknown>)[name];
    return value === null || (value === "" && this.#operation.errorShape === "sentence");
  }
}

const shared = new Map<string, Validator>();

/** A validator knows the spec and nothing of its server, so the servers of one process share those that are compiled. */
export function validatorOf(operation: Operation, options: { replies: boolean }): Validator {
  const name = `${operation.id} ${options.replies}`;
  const known = shared.get(name) ?? new Validator(operation, options);
  shared.set(name, known);
  return known;
}

interface SyntheticRequest {
  readonly method: string;
  readonly query: Record<string, unknown>;
  replyError?: unknown;
}

function middleware(operation: Operation, side: "request" | "reply", options: object): RequestHandler[] {
  return openApiValidator.middleware({
    apiSpec: prunedDocument(operation, side) as never,
    validateApiSpec: false,
    validateSecurity: false,
    fileUploader: false,
    ...options,
  }) as RequestHandler[];
}

function syntheticRequest(operation: Operation, input: Input): SyntheticRequest {
  const url = operation.path.replace(/\{(.+?)\}/g, (_, name) =>
    encodeURIComponent(input.params[name] ?? "-"),
  );
  return {
    method: operation.method,
    ...{ url, originalUrl: url, path: url, baseUrl: "" },
    ...{ headers: { ...input.headers, "content-type": "application/json" }, params: {}, body: input.body },
    query: { ...input.query },
    ...{ app: { enabled: () => true, param: () => undefined } },
  };
}

function noteReplyError(error: unknown, _body: unknown, request: unknown): void {
  (request as SyntheticRequest).replyError = error;
}

/** Resolves with the first refusal; anything else that goes wrong is a fault of ours and rejects. */
async function run(
  handlers: readonly RequestHandler[],
  request: SyntheticRequest,
  response: object,
): Promise<unknown> {
  for (const handler of handlers) {
    const error = await new Promise<unknown>((resolve) => {
      handler(
        request as unknown as Request,
        response as Response,
        ((reason) => resolve(reason)) as NextFunction,
      );
    });
    if (error === undefined || error === null) continue;
    if ((error as ValidatorError).status !== 400) throw error;
    return error;
  }
  return undefined;
}

interface RawFault {
  /** Where, as the library says it: `/body/data/email`, `/query/limit`. */
  readonly path: string;
  readonly keyword: string;
  readonly message: string;
}

function faultsOf(error: unknown): RawFault[] {
  return ((error as ValidatorError).errors ?? []).map(({ path, message, errorCode }) => ({
    path,
    message,
    keyword: errorCode?.split(".")[0] ?? "",
  }));
}

function fieldOf(path: string): string {
  const [, place, ...names] = path.split("/");
  const unescaped = names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (place === "headers") return headerName(unescaped.join(""));
  return unescaped.length === 0 ? (place ?? "body") : unescaped.join(".");
}

function headerName(lower: string): string {
  return lower.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}

function wordsOf(fault: RawFault, place: string): string {
  if (fault.keyword === "additionalProperties") return `Unknown field: "${place}"`;
  if (fault.keyword === "required") return `Missing required field: "${place}"`;
  return fault.message;
}

/** Where the spec says in words what a pattern would not tell a caller. */
function expectedWords(operation: Operation): Map<string, string> {
  const words = new Map<string, string>();
  const note = (name: string, reference: SchemaObject) => {
    const expected = dereference<SchemaObject>(reference)["x-expected"];
    if (expected !== undefined) words.set(name, expected);
  };
  for (const parameter of operation.parameters) note(parameter.name, parameter.schema);
  for (const [name, schema] of Object.entries(operation.bodySchema?.properties ?? {})) note(name, schema);
  return words;
}
