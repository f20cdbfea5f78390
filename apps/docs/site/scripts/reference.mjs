// What the reference's pages add to the renderer's, for each operation: samples, facts, and what its form has to know.
import { readFileSync } from "node:fs";
import { curlSample } from "../../scripts/samples/curl.mjs";
import { document, operations } from "../../scripts/samples/spec.mjs";

const samples = new URL("../../generated/samples/", import.meta.url);

export function referenceOf() {
  const tags = document.tags.map(({ name, description }) => ({
    id: `reference/operations/tags/${name}`,
    name,
    description,
  }));
  return { tags, operations: operations.map(pageOf) };
}

function pageOf(operation) {
  const { id, method, path, summary, platform, idempotent, category, body, parameters } = operation;
  return {
    page: `reference/operations/${id.toLowerCase()}`,
    ...{ id, method, path, platform, idempotent, category },
    quota: document["x-rate-limits"].quotas[category],
    description: `${summary}: ${method} ${path}, with samples for curl and the SDK.`,
    // Nobody has a cursor at first.
    fields: parameters.filter(({ name }) => name !== "cursor").map(fieldOf),
    ...(body && { body: JSON.stringify(body.example, null, 2) }),
    curl: curlSample(operation),
    sdk: readFileSync(new URL(`${id}.ts`, samples), "utf8"),
  };
}

function fieldOf({ name, in: place, required, example, enum: words }) {
  return { name, place, required: required || place === "path", example: String(example), words };
}
