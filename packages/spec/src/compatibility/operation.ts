import { bodyBytesMaxDefault } from "../operations.js";
import { isSame, list, names, type Part, part, resolve } from "./document.js";
import type { SchemaComparison, Side } from "./schema.js";

type Say = (what: string, where?: string) => void;

/** Compares one operation of both documents. */
export function compareOperation(
  name: string,
  released: Part,
  current: Part,
  schemas: SchemaComparison,
): void {
  const say: Say = (what, where = "") => schemas.report(`${name}${where}`, what);
  if (released.operationId !== current.operationId)
    say(`its operationId was ${released.operationId} and is ${current.operationId}`);
  for (const credential of list(released.security))
    if (!list(current.security).some((other) => isSame(other, credential)))
      say(`it takes no ${names(credential).join(" and ")} any more`);
  compareExtensions(released, current, schemas, say);
  compareParameters(name, released, current, schemas, say);
  compareBodies(name, released, current, schemas, say);
  compareResponses(name, released, current, schemas, say);
}

function compareExtensions(released: Part, current: Part, schemas: SchemaComparison, say: Say): void {
  if (released["x-idempotent"] === true && current["x-idempotent"] !== true)
    say("it honours no Idempotency-Key any more");
  if (released["x-gzip"] === true && current["x-gzip"] !== true) say("it takes no gzip any more");
  const bytesOf = (operation: Part) => Number(operation["x-body-bytes-max"] ?? bodyBytesMaxDefault);
  if (bytesOf(current) < bytesOf(released))
    say(`its body may have ${bytesOf(current)} bytes instead of ${bytesOf(released)}`);
  const valuesOf = (operation: Part) => Number(operation["x-json-values-max"] ?? Infinity);
  if (valuesOf(current) < valuesOf(released)) say(`its body may have ${valuesOf(current)} values at most`);
  const quotaOf = (document: Part, operation: Part) =>
    Number(part(part(document["x-rate-limits"]).quotas)[String(operation["x-rate-limit"])] ?? Infinity);
  const [before, now] = [
    quotaOf(schemas.releasedDocument, released),
    quotaOf(schemas.currentDocument, current),
  ];
  if (now < before) say(`it may be called ${now} times a window instead of ${before}`);
}

function compareParameters(
  name: string,
  released: Part,
  current: Part,
  schemas: SchemaComparison,
  say: Say,
): void {
  const before = parametersOf(schemas.releasedDocument, released);
  const now = parametersOf(schemas.currentDocument, current);
  for (const [key, parameter] of before) {
    const where = ` ${key}`;
    const other = now.get(key);
    if (other === undefined) {
      say("it is gone", where);
      continue;
    }
    if (other.required === true && parameter.required !== true) say("it is required now", where);
    const pair = { released: parameter.schema, current: other.schema };
    schemas.compare({ where: name + where, side: "request", ...pair });
  }
  for (const [key, { required }] of now)
    if (required === true && !before.has(key)) say("it is required now", ` ${key}`);
}

function parametersOf(document: Part, operation: Part): Map<string, Part> {
  return new Map(
    list(operation.parameters).map((one) => {
      const parameter = resolve(document, one);
      return [`${parameter.in} parameter ${parameter.name}`, parameter];
    }),
  );
}

function compareBodies(
  name: string,
  released: Part,
  current: Part,
  schemas: SchemaComparison,
  say: Say,
): void {
  const before = resolve(schemas.releasedDocument, released.requestBody);
  const now = resolve(schemas.currentDocument, current.requestBody);
  const where = " body";
  if (now.required === true && before.required !== true) say("it is required now", where);
  compareContent("request", name + where, before, now, schemas);
}

function compareResponses(
  name: string,
  released: Part,
  current: Part,
  schemas: SchemaComparison,
  say: Say,
): void {
  const [before, now] = [part(released.responses), part(current.responses)];
  for (const status of names(before)) {
    const where = ` ${status}`;
    if (!(status in now)) {
      say("it is gone", where);
      continue;
    }
    const reply = resolve(schemas.releasedDocument, before[status]);
    const other = resolve(schemas.currentDocument, now[status]);
    for (const header of names(reply.headers))
      if (!(header in part(other.headers))) say("it is gone", `${where} header ${header}`);
    compareContent("response", name + where, reply, other, schemas);
  }
  for (const status of names(now))
    if (status.startsWith("2") && !(status in before)) say("it is another way to succeed", ` ${status}`);
}

function compareContent(
  side: Side,
  where: string,
  released: Part,
  current: Part,
  schemas: SchemaComparison,
): void {
  const now = part(current.content);
  for (const [type, media] of Object.entries(part(released.content))) {
    if (!(type in now)) schemas.report(where, `it is no ${type} any more`);
    else schemas.compare({ where, side, released: part(media).schema, current: part(now[type]).schema });
  }
}
