// A page for each code, out of the spec's own table.
const methods = ["get", "post", "put", "patch", "delete"];

/** Statuses stand in the spec, codes of an operation do not: where one is at home follows from method, path or what is read. */
const homes = {
  INVALID_JSON: ({ requestBody }) => requestBody !== undefined,
  TEMPLATE_NOT_CONFIGURED: ({ id }) => /^(upsertEntity|recordEvent|setState|getState|batch)/.test(id),
  INVALID_STATE_KEY: ({ path }) => /state\/\{key\}$|batch\/states$/.test(path),
  BATCH_TOO_LARGE: ({ method, path }) => method === "post" && path.includes("/batch/"),
  LAST_ACTIVE_KEY: ({ id }) => id === "deleteApiKey",
  KEY_STILL_ACTIVE: ({ id }) => id === "deleteApiKey",
  OPERATOR_NOT_FOUND: ({ path }) => path.startsWith("/platform-api/operators/{id}"),
  KEY_NOT_FOUND: ({ id }) => /^(rename|delete|revoke).*Key$/.test(id),
  TEMPLATE_NOT_FOUND: ({ id, path }) => path.endsWith("/templates/{id}") || id === "updateSettings",
  ENTITY_NOT_FOUND: ({ path }) => path.includes("{externalId}"),
  EVENT_NOT_FOUND: ({ path }) => path.includes("{eventId}"),
  STATE_NOT_FOUND: ({ id }) => id === "getState",
  JOB_NOT_FOUND: ({ path }) => path.includes("{jobId}"),
  ERASURE_NOT_FOUND: ({ path }) => path.includes("/erasures/"),
  TEMPLATE_IN_USE: ({ id }) => id === "deleteTemplate",
  NOT_FOUND: () => false,
  METHOD_NOT_ALLOWED: () => false,
};

export function errorPages(document) {
  const { enum: codes, "x-codes": table } = document.components.schemas.ErrorCode;
  return codes.map((code) => ({
    page: `errors/${code.toLowerCase()}`,
    text: pageOf(code, table[code], document),
  }));
}

/** The rows of the overview's table. */
export function errorRows(document) {
  const { enum: codes, "x-codes": table } = document.components.schemas.ErrorCode;
  const rows = codes.map(
    (code) => `| ${table[code].status} | [\`${code}\`](error:${code}) | ${table[code].means} |`,
  );
  return ["| status | code | what it means |", "| --- | --- | --- |", ...rows].join("\n");
}

function pageOf(code, { status, means, do: remedy }, document) {
  return `---
title: ${code}
description: ${JSON.stringify(`${status}: ${means}`)}
---

Status **${status}**. ${means}

## What to do

${remedy}

${retried(status, code)}

## What it looks like

\`\`\`json
${JSON.stringify(exampleOf(code, status, document), null, 2)}
\`\`\`

Under the path \`/api-keys\` the same code stands beside \`error\`, which is a sentence there:

\`\`\`json
${JSON.stringify({ success: false, error: messageOf(code, status, document), code, requestId: "req-7f3a" }, null, 2)}
\`\`\`

\`message\` is for people and may change; programs read \`code\`.

## Where it comes from

${sourcesOf(code, status, document)}

[All codes](errors.md)
`;
}

/** As the SDK's table of retries has it. */
function retried(status, code) {
  if (status === 429) return "The SDK repeats every operation after this answer, within its deadline.";
  if (status >= 500) return "The SDK repeats reads, and writes that carry an `Idempotency-Key`, by itself.";
  if (code === "IDEMPOTENCY_IN_PROGRESS") return "It is the one 409 that the SDK repeats.";
  return `In the SDK it is an \`APIError\` whose \`code\` is \`${code}\`. It is not repeated, because the answer would be the same.`;
}

function messageOf(code, status, document) {
  const example = examplesOf(status, document).find(({ error }) => error.code === code);
  return (
    example?.error.message ?? document.components.schemas.ErrorCode["x-codes"][code].means.split(/[.:] /)[0]
  );
}

function exampleOf(code, status, document) {
  const example = examplesOf(status, document).find(({ error }) => error.code === code);
  return (
    example ?? {
      success: false,
      error: { code, message: messageOf(code, status, document) },
      requestId: "req-7f3a",
    }
  );
}

function examplesOf(status, { components, paths }) {
  const operations = Object.values(paths).flatMap((item) =>
    methods.map((method) => item[method]).filter(Boolean),
  );
  return operations
    .map(({ responses }) => responses[status])
    .filter(Boolean)
    .map(({ $ref, ...response }) =>
      $ref === undefined ? response : components.responses[$ref.split("/").pop()],
    )
    .map((response) => response.content?.["application/json"]?.example)
    .filter((example) => typeof example?.error === "object");
}

/** The operations whose spec declares the status, as far as the code is at home there. */
function sourcesOf(code, status, document) {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method] !== undefined)
      .map((method) => ({ ...item[method], id: item[method].operationId, path, method })),
  );
  const isHome = homes[code] ?? (() => true);
  const some = all.filter((operation) => operation.responses[status] !== undefined && isHome(operation));
  if (some.length === 0) return "Any path: it is answered before an operation is found.";
  if (some.length === all.length) return "Any operation.";
  return some.map(({ id, summary }) => `- [${summary}](operation:${id})`).join("\n");
}
