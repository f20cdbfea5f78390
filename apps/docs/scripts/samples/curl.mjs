import { examplesOf } from "./spec.mjs";

/** The operation as a command in a terminal, with the examples of the spec. */
export function curlSample(operation) {
  const path = examplesOf(operation, "path");
  const query = new URLSearchParams(examplesOf(operation, "query")).toString();
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name]));
  const variable = operation.platform ? "ONEHAZEL_PLATFORM_KEY" : "ONEHAZEL_API_KEY";
  const { body, idempotent, method } = operation;
  const lines = [
    `curl ${method === "GET" ? "" : `-X ${method} `}"$ONEHAZEL_BASE_URL${filled}${query === "" ? "" : `?${query}`}"`,
    `-H "Authorization: Bearer $${variable}"`,
    ...(idempotent ? [`-H "Idempotency-Key: ${operation.id}-1"`] : []),
    ...(body === undefined
      ? []
      : ['-H "Content-Type: application/json"', `-d ${quoted(pretty(body.example))}`]),
  ];
  return `${lines.join(" \\\n  ")}\n`;
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function pretty(value) {
  const line = JSON.stringify(value);
  return line.length <= 72 ? line : JSON.stringify(value, null, 2);
}
