// A page for each code: the spec's table says what it means, and `apps/docs/recorded/errors.json` has responses of a running server.

import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";

const recorded = JSON.parse(readFileSync(new URL("../../recorded/errors.json", import.meta.url), "utf8"));
const methods = ["get", "post", "put", "patch", "delete"];

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
  if (recorded[code] === undefined)
    throw new Error(`${code} is not in apps/docs/recorded/errors.json: run \`pnpm docs:errors\``);
  const { operations, responses } = recorded[code];
  return `---
title: ${code}
description: ${JSON.stringify(`${status}: ${means}`)}
---

Status **${status}**. ${means}

## What to do

${remedy}

${retried(status, code)}

## What it looks like

These are responses of a running server; only ids, times and counters are replaced.

${responses.map(exchangeOf).join("\n\n")}

\`message\` is for people and may change. Programs read \`code\`.

## Where it comes from

${sourcesOf(operations, document)}

[All codes](errors.md)
`;
}

/** Every request and response that the pages show. */
export function recordedTexts() {
  return Object.values(recorded).flatMap(({ responses }) => responses.flatMap(textsOf));
}

function exchangeOf(exchange) {
  const isSentence = typeof exchange.body.error === "string";
  const intro = isSentence
    ? "Under the path `/api-keys`, `error` is a sentence and `code` is beside it:\n\n"
    : "";
  return (
    intro +
    textsOf(exchange)
      .map((text) => `\`\`\`http\n${text}\n\`\`\``)
      .join("\n\n")
  );
}

function textsOf({ request, status, headers, body }) {
  return [
    messageOf(`${request.method} ${request.path}`, request.headers, request.body),
    messageOf(`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, headers, JSON.stringify(body, null, 2)),
  ];
}

function messageOf(start, headers, body) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, ...(body === undefined ? [] : ["", body])].join("\n");
}

/** As the SDK's table of retries has it. */
function retried(status, code) {
  if (status === 429) return "The SDK retries every operation after this response, within its deadline.";
  if (status >= 500) return "The SDK retries reads, and writes that carry an `Idempotency-Key`.";
  if (code === "IDEMPOTENCY_IN_PROGRESS") return "The SDK retries this 409, and no other.";
  return `In the SDK this is an \`APIError\` whose \`code\` is \`${code}\`. The SDK does not retry it, because the response would be the same.`;
}

/** The operations that declare the code. */
function sourcesOf(operations, document) {
  const all = Object.values(document.paths).flatMap((item) =>
    methods.filter((method) => item[method] !== undefined).map((method) => item[method]),
  );
  if (operations.length === 0)
    return "Any path. The server returns it before it looks for an operation, so no operation declares it.";
  if (operations.length === all.length) return "Any operation.";
  return all
    .filter(({ operationId }) => operations.includes(operationId))
    .map(({ operationId, summary }) => `- [${summary}](operation:${operationId})`)
    .join("\n");
}
