import type { Operation } from "@onehazel/spec";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import * as openApiValidator from "express-openapi-validator";
import type { Fault } from "./errors.js";
import { expectedWords, type RawFault, sortFaults } from "./faults.js";
import { prunedDocument } from "./pruned-document.js";
import { spareMetaschema } from "./spare-metaschema.js";

spareMetaschema();

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
    this.#expected = expectedWords([
      ...operation.parameters.map(({ name, schema }) => [name, schema] as const),
      ...Object.entries(operation.bodySchema?.properties ?? {}),
    ]);
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
    const sorted = sortFaults(error === undefined ? [] : faultsOf(error), {
      body: input.body,
      required: this.#operation.bodySchema?.required ?? [],
      emptyIsMissing: this.#operation.errorShape === "sentence",
      expected: this.#expected,
    });
    return { query: request.query, ...sorted };
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

function faultsOf(error: unknown): RawFault[] {
  return ((error as ValidatorError).errors ?? []).map(({ path, message, errorCode }) => ({
    path,
    message,
    keyword: errorCode?.split(".")[0] ?? "",
  }));
}
