// The operations of the spec with the examples that its parameters and bodies carry.
import { readFileSync } from "node:fs";

export const document = JSON.parse(
  readFileSync(new URL("../../../../packages/spec/generated/openapi.json", import.meta.url), "utf8"),
);
const methods = ["get", "post", "put", "patch", "delete"];

/** Every operation: `{ id, method, path, summary, tag, platform, parameters, body }`, in the document's order. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => (item[method] === undefined ? [] : [operationOf(path, item, method)])),
);

function operationOf(path, item, method) {
  const operation = item[method];
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(found);
  const body = operation.requestBody && found(operation.requestBody);
  const media = body?.content["application/json"];
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    tag: operation.tags[0],
    platform: operation.security.every((kinds) => Object.keys(kinds)[0].startsWith("platform")),
    idempotent: operation["x-idempotent"] === true,
    category: operation["x-rate-limit"],
    gzip: operation["x-gzip"] === true,
    parameters: parameters.map(({ name, in: place, required = false, example, schema, description }) => {
      const { type, enum: words } = found(schema);
      return { name, in: place, required, example, type, enum: words, description };
    }),
    body: media && { required: body.required === true, example: media.example },
    statuses: Object.keys(operation.responses),
  };
}

/** What a reference stands for. */
export function found(value) {
  const pointer = value.$ref;
  if (pointer === undefined) return value;
  const names = pointer
    .slice(2)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return found(names.reduce((within, name) => within[name], document));
}

/** The examples of the parameters in one place, by name; `cursor` is left out, since nobody has one at first. */
export function examplesOf({ parameters }, place) {
  return Object.fromEntries(
    parameters
      .filter((parameter) => parameter.in === place && parameter.name !== "cursor")
      .map(({ name, example }) => [name, example]),
  );
}
