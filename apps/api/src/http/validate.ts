import type { Operation } from "@onehazel/spec";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import * as openApiValidator from "express-openapi-validator";
import type { Fault } from "./errors.js";
import { expectedWords, type RawFault, sortFaults } from "./faults.js";
import { checkedFormats } from "./formats.js";
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
  /** Those that find out which operation a request is for, and the one that holds it against that. */
  readonly #finders: readonly RequestHandler[];
  readonly #check: RequestHandler;
  #found: object | undefined;
  readonly #replies: readonly RequestHandler[];
  readonly #expected: ReadonlyMap<string, string>;

  constructor(operation: Operation, options: { replies: boolean }) {
    this.#operation = operation;
    this.#expected = expectedWords([
      ...operation.parameters.map(({ name, schema }) => [name, schema] as const),
      ...Object.entries(operation.bodySchema?.properties ?? {}),
    ]);
    const requests = middleware(operation, "request", {
      validateRequests: { allErrors: true },
      validateResponses: false,
    });
    this.#finders = requests.slice(0, -1);
    this.#check = requests.at(-1) as RequestHandler;
    this.#replies = options.replies
      ? middleware(operation, "reply", {
          validateRequests: false,
          validateResponses: { onError: noteReplyError },
        })
      : [];
  }

  /** With `bodyFaults`, the body has been validated and these are its faults. */
  async validate(input: Input, bodyFaults: readonly RawFault[] = noFaults): Promise<Verdict> {
    this.#found ??= await this.#find();
    const isBodyChecked = bodyFaults.length > 0;
    const request = new SyntheticRequest(
      this.#operation,
      isBodyChecked ? { ...input, body: undefined } : input,
      { ...this.#found, pathParams: input.params },
    );
    const error = await run(this.#check, request, {});
    const found = error === undefined ? noFaults : faultsOf(error);
    const faults = isBodyChecked ? [...bodyFaults, ...found.filter(isOutsideBody)] : found;
    const sorted = sortFaults(faults, {
      body: input.body,
      required: this.#operation.bodySchema?.required ?? [],
      emptyIsMissing: this.#operation.errorShape === "sentence",
      expected: this.#expected,
    });
    return { query: request.query, ...sorted };
  }

  /**
   * What the library finds for every request that its document is about: always the same where that holds one operation, but for
   * the values in the path, which the router has found.
   */
  async #find(): Promise<object> {
    const request = new SyntheticRequest(this.#operation, nothing);
    for (const handler of this.#finders) await run(handler, request, {});
    if (request.openapi === undefined) throw new Error(`the validator does not know ${this.#operation.id}`);
    return request.openapi;
  }

  /** Holds a reply against the spec and throws when it has another shape. A no-op unless replies are validated. */
  async checkReply(status: number, body: unknown): Promise<void> {
    if (this.#replies.length === 0) return;
    const request = new SyntheticRequest(this.#operation, nothing);
    const response = {
      statusCode: status,
      headersSent: false,
      getHeaders: () => ({}),
      json: (json: unknown) => json,
    };
    for (const handler of this.#replies) {
      const error = await run(handler, request, response);
      if (error !== undefined) throw error;
    }
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

const noFaults: readonly RawFault[] = [];

function isOutsideBody({ path }: RawFault): boolean {
  return path !== "/body" && !path.startsWith("/body/");
}

const nothing: Input = { params: {}, query: {}, headers: {}, body: undefined };
const app = { enabled: () => true, param: () => undefined };

/** A request as the library wants to see one: of one shape, since it changes what it is given. */
class SyntheticRequest {
  readonly method: string;
  readonly url: string;
  readonly originalUrl: string;
  readonly path: string;
  readonly baseUrl = "";
  readonly headers: Record<string, string>;
  readonly params: Record<string, string>;
  readonly body: unknown;
  readonly query: Record<string, unknown>;
  readonly app = app;
  replyError: unknown = undefined;
  openapi: object | undefined;

  constructor({ method, path }: Operation, input: Input, openapi?: object) {
    this.method = method;
    // Any that fits: what stood in its place comes with `openapi`.
    const url = openapi === undefined ? path.replace(/\{.+?\}/g, "-") : path;
    this.url = url;
    this.originalUrl = url;
    this.path = url;
    this.headers = { ...input.headers, "content-type": "application/json" };
    this.params = {};
    this.body = input.body;
    this.query = { ...input.query };
    this.openapi = openapi;
  }
}

function middleware(operation: Operation, side: "request" | "reply", options: object): RequestHandler[] {
  return openApiValidator.middleware({
    apiSpec: prunedDocument(operation, side) as never,
    validateApiSpec: false,
    validateSecurity: false,
    fileUploader: false,
    formats: checkedFormats,
    ...options,
  }) as RequestHandler[];
}

function noteReplyError(error: unknown, _body: unknown, request: unknown): void {
  (request as SyntheticRequest).replyError = error;
}

/** Resolves with a refusal, if it is one; anything else that goes wrong is a fault of ours and rejects. */
async function run(handler: RequestHandler, request: SyntheticRequest, response: object): Promise<unknown> {
  const error = await new Promise<unknown>((resolve) => {
    handler(
      request as unknown as Request,
      response as Response,
      ((reason) => resolve(reason)) as NextFunction,
    );
  });
  if (error === undefined || error === null) return undefined;
  if ((error as ValidatorError).status !== 400) throw error;
  return error;
}

function faultsOf(error: unknown): RawFault[] {
  return ((error as ValidatorError).errors ?? []).map(({ path, message, errorCode }) => ({
    path,
    message,
    keyword: errorCode?.split(".")[0] ?? "",
  }));
}
