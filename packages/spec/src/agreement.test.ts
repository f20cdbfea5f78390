import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  dereference,
  document,
  type ErrorCode,
  operations,
  type RateLimitCategory,
  rateLimits,
} from "./index.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

// The compiler refuses this when the type has a name more or fewer.
const categories = Object.keys({
  realtime: true,
  batch: true,
  read: true,
  gateway: true,
  management: true,
  analyticsRead: true,
  analyticsExport: true,
  analyticsRefresh: true,
} satisfies Record<RateLimitCategory, true>);

const statuses = {
  INVALID_JSON: 400,
  MISSING_FIELDS: 400,
  VALIDATION_FAILED: 400,
  TEMPLATE_NOT_CONFIGURED: 400,
  INVALID_STATE_KEY: 400,
  BATCH_TOO_LARGE: 400,
  LAST_ACTIVE_KEY: 400,
  KEY_STILL_ACTIVE: 400,
  AUTH_MISSING: 401,
  AUTH_INVALID: 401,
  AUTH_REVOKED: 401,
  AUTH_EXPIRED: 401,
  AUTH_SUSPENDED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  OPERATOR_NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  TEMPLATE_NOT_FOUND: 404,
  ENTITY_NOT_FOUND: 404,
  EVENT_NOT_FOUND: 404,
  STATE_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  ERASURE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TEMPLATE_IN_USE: 409,
  IDEMPOTENCY_IN_PROGRESS: 409,
  ENTITY_ERASED: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} satisfies Record<ErrorCode, number>;
const codes = Object.keys(statuses);

describe("the rate-limit categories", () => {
  it("are the ones the document says a quota for", () => {
    expect(Object.keys(rateLimits.quotas)).toEqual(categories);
  });

  it("are the ones an operator's configuration can set", () => {
    const limits = document.components.schemas.Configuration?.properties?.rateLimits;
    expect(limits?.additionalProperties).toBe(false);
    expect(Object.keys(limits?.properties ?? {})).toEqual(categories);
  });

  it("cover every operation", () => {
    expect(operations.filter(({ rateLimit }) => !categories.includes(rateLimit))).toEqual([]);
  });
});

describe("the error codes", () => {
  it("are exactly the closed set", () => {
    expect(document.components.schemas.ErrorCode?.enum).toEqual(codes);
  });

  it("have the statuses that the document says", () => {
    const table = document.components.schemas.ErrorCode?.["x-codes"] as Record<string, { status: number }>;
    expect(Object.fromEntries(Object.entries(table).map(([code, { status }]) => [code, status]))).toEqual(
      statuses,
    );
  });
});

describe("the examples of answers", () => {
  it("show only codes of the closed set", () => {
    const shown = Object.values(document.components.responses ?? {})
      .map((response) => codeShownBy(response))
      .filter((code) => code !== undefined);
    expect(shown).not.toHaveLength(0);
    expect(codes).toEqual(expect.arrayContaining(shown));
  });
});

describe("what is generated", () => {
  it("is what the YAML generates today", async () => {
    // The script calls Redocly by name, as a package script would.
    const path = `${root}node_modules/.bin:${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
    const { stderr } = await run(process.execPath, ["scripts/generate.mjs", "--check"], {
      cwd: root,
      env: { ...process.env, PATH: path },
    });
    expect(stderr).toBe("");
  }, 60_000);
});

function codeShownBy(response: unknown): unknown {
  const { content } = dereference(
    response as { content: Record<string, { example: Record<string, unknown> }> },
  );
  const example = content["application/json"]?.example;
  return example?.code ?? (example?.error as { code?: unknown } | undefined)?.code;
}
