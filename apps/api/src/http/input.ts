import type { Operation, ParameterObject, SchemaObject } from "@onehazel/spec";
import { dereference } from "@onehazel/spec";
import type { Fault } from "./errors.js";
import { faultsOfText } from "./json-value.js";

/** What a request says outside its body, decoded. `faults` are those that no schema can see. */
export interface Parameters {
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly faults: readonly Fault[];
}

/** Decodes path and query strictly: what is no percent-encoded UTF-8 is a fault, never replaced in silence. */
export function readParameters(
  operation: Operation,
  rawParams: Readonly<Record<string, string>>,
  url: string,
): Parameters {
  const faults: Fault[] = [];
  const params: Record<string, string> = {};
  for (const [name, raw] of Object.entries(rawParams)) {
    const decoded = decode(raw);
    if (decoded !== undefined && !decoded.includes("\0")) params[name] = decoded;
    else if (isUnknownWhenMalformed(parameterOf(operation, "path", name))) params[name] = raw;
    else faults.push({ field: name, message: malformed(decoded) });
  }
  const query = readQuery(operation, url, faults);
  return { params, query, faults };
}

function readQuery(operation: Operation, url: string, faults: Fault[]): Record<string, string> {
  const query: Record<string, string> = {};
  const start = url.indexOf("?");
  if (start < 0) return query;
  const seen = new Set<string>();
  for (const pair of url.slice(start + 1).split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(spaced(equals < 0 ? pair : pair.slice(0, equals)));
    const raw = equals < 0 ? "" : pair.slice(equals + 1);
    const value = decode(spaced(raw));
    const field = printable(name ?? "query");
    const parameter = name === undefined ? undefined : parameterOf(operation, "query", name);
    if (name === undefined || parameter === undefined)
      faults.push({ field, message: "Unknown query parameter" });
    else if (seen.has(name)) faults.push({ field, message: "must be given once" });
    else if ((value === undefined || value.includes("\0")) && isUnknownWhenMalformed(parameter))
      query[name] = raw;
    else if (value === undefined) faults.push({ field, message: malformed(value) });
    else {
      faults.push(...faultsOfText(value, name));
      // An empty value of a required parameter is a missing one.
      if (value === "" && parameter.required !== true) faults.push({ field, message: "must not be empty" });
      if (isNoInteger(value, parameter)) faults.push({ field: name, message: "must be integer" });
      else if (value !== "") query[name] = value;
    }
    if (name !== undefined) seen.add(name);
  }
  return query;
}

const integer = /^(0|-?[1-9]\d{0,8})$/;

/** The validator would take whatever JavaScript makes a number of: `0x5`, `1e2`, `Infinity`. */
function isNoInteger(value: string, parameter: ParameterObject): boolean {
  if (value === "") return false;
  return dereference<SchemaObject>(parameter.schema).type === "integer" && !integer.test(value);
}

function parameterOf(
  operation: Operation,
  place: "path" | "query",
  name: string,
): ParameterObject | undefined {
  return operation.parameters.find((parameter) => parameter.in === place && parameter.name === name);
}

function isUnknownWhenMalformed(parameter: ParameterObject | undefined): boolean {
  const schema = parameter === undefined ? undefined : dereference<SchemaObject>(parameter.schema);
  return schema?.["x-unknown-when-malformed"] === true;
}

function malformed(decoded: string | undefined): string {
  return decoded === undefined ? "must be percent-encoded UTF-8" : "must not contain U+0000";
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function spaced(text: string): string {
  return text.replaceAll("+", " ");
}

/** A name that a caller made up, short and without control characters, fit to be said back. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "?").slice(0, 64);
}
