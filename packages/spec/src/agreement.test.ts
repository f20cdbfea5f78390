import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  dereference,
  document,
  errorCodes,
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

const codes = document.components.schemas.ErrorCode?.enum as readonly string[];

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

describe("the table of error codes", () => {
  it("has an entry for each code of the closed set, and no other", () => {
    expect(Object.keys(errorCodes)).toEqual(codes);
  });

  it.each(Object.entries(errorCodes))(
    "%s: says a status of an error, what it means and what to do",
    (_, entry) => {
      expect(entry.status).toBeGreaterThanOrEqual(400);
      expect(entry.status).toBeLessThan(600);
      expect([entry.means, entry.do]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
    },
  );
});

describe("the errors of an operation", () => {
  it.each(operations)("$id: each status has a code that causes it, and each code its status", (operation) => {
    const caused = operation.errorCodes.flatMap((code) => {
      // 431 where the request line and headers are too large, 413 where the body is.
      if (code === "PAYLOAD_TOO_LARGE") return operation.body === "none" ? [431] : [413, 431];
      return [errorCodes[code].status];
    });
    expect([...new Set(caused)].sort()).toEqual(operation.statuses.filter((status) => status >= 400));
  });

  it("are an operation's own, or follow from what the spec says of it", () => {
    const anywhere = new Set(operations.flatMap(({ errorCodes: some }) => some));
    const ofPaths = ["NOT_FOUND", "METHOD_NOT_ALLOWED"];
    expect(codes.filter((code) => !anywhere.has(code as never))).toEqual(ofPaths);
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
