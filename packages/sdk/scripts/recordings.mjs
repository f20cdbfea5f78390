// The answers that the spec shows, as `@onehazel/sdk/testing` gives them.

/** The text of a module with each operation's success, and each error code's status and body. */
export function recordingsOf(document) {
  const resolve = (value) =>
    value?.$ref === undefined
      ? value
      : resolve(
          value.$ref
            .slice(2)
            .split("/")
            .reduce((found, name) => found[name.replaceAll("~1", "/").replaceAll("~0", "~")], document),
        );
  const errors = { object: {}, sentence: {} };
  const codes = document.components.schemas.ErrorCode["x-codes"];
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.operationId !== undefined)
      .map(([method, operation]) => {
        const responses = Object.entries(operation.responses).map(([status, response]) => [
          Number(status),
          resolve(response),
        ]);
        const refusals = responses
          .filter(([status]) => status >= 400)
          .map(([status, r]) => [status, shown(r)]);
        const shape = typeof refusals[0][1].error === "string" ? "sentence" : "object";
        for (const [status, body] of refusals) {
          const code = body.code ?? body.error.code;
          // PAYLOAD_TOO_LARGE has a second status, 431, which no operation returns itself.
          if (Number(status) === codes[code].status) errors[shape][code] ??= body;
        }
        // A write answers 201 where it made something, which is what a first call does.
        const [status, success] = responses.filter(([status]) => status < 300).at(-1);
        const [type] = Object.keys(success.content);
        const facts = { method: method.toUpperCase(), path, status, type, shape };
        const statuses = refusals.map(([status]) => status);
        return [operation.operationId, { ...facts, statuses, body: shown(success) }];
      }),
  );
  const headers = Object.fromEntries(
    ["RequestId", "RateLimitPolicy", "RateLimit"].map((name) => [
      { RequestId: "x-request-id", RateLimitPolicy: "ratelimit-policy", RateLimit: "ratelimit" }[name],
      document.components.headers[name].example,
    ]),
  );
  const lines = (entries) =>
    entries.map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`).join("\n");
  return `// Generated from packages/spec/generated/openapi.json; change the spec and run \`pnpm generate\`.
import type { Recording } from "../mock/types.js";

export const recordings: Readonly<Record<string, Recording>> = {
${lines(operations)}
};

export const statuses = {
${lines(Object.entries(codes).map(([code, { status }]) => [code, status]))}
};

export const errors: Readonly<Record<Recording["shape"], Readonly<Record<string, object>>>> = {
${lines(Object.entries(errors))}
};

export const headers = ${JSON.stringify(headers)};
`;
}

/** What a response shows: its example, or the lines of NDJSON, or the first of several. */
function shown({ content }) {
  const [[type, { example, examples }]] = Object.entries(content);
  if (example !== undefined) return example;
  const values = Object.values(examples).map(({ value }) => value);
  return type === "application/x-ndjson" ? values : values[0];
}
