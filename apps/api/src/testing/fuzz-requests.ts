import { type CredentialKind, type Operation, operations, type ParameterObject } from "@onehazel/spec";
import fc from "fast-check";
import { fromSchema, junkLiteral, junkValue } from "./fuzz-values.js";
import { exampleBody, fieldsOf, type JsonBody } from "./requests.js";
import { type Kind, kindOf } from "./things.js";

/** A request as it goes on the wire. */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** What a fuzzed request may name and prove itself with. */
export interface FuzzWorld {
  /** By kind: ids of real things that may be lost, of another tenant's, and of nothing. */
  readonly things: Readonly<Record<Kind, readonly string[]>>;
  /** Never named to be erased, so that what belongs to it can be found all along. */
  readonly lastingEntity: string;
  /** For bodies and queries alone: whoever asks could suspend itself by a path. */
  readonly ownOperatorId: string;
  readonly credentials: Readonly<Record<CredentialKind, string>>;
  readonly readKey: string;
  readonly memberSession: string;
}

const mostly = <T>(usual: fc.Arbitrary<T>, weight: number, ...odd: fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, ...odd.map((arbitrary) => ({ weight: 1, arbitrary })));

/** Any request: of any operation, mostly well meant, each part of it wrong now and then. */
export function fuzzRequest(world: FuzzWorld): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...operations.map((operation) =>
      fc
        .record({
          method: mostly(
            fc.constant(operation.method),
            15,
            fc.constantFrom("HEAD", "OPTIONS", "PATCH", "TRACE", "PUT"),
          ),
          path: pathOf(operation, world),
          query: queryOf(operation, world),
          headers: headersOf(operation, world),
          body: bodyOf(operation, world),
        })
        .map(({ method, path, query, headers, body }) => ({
          method,
          target: sendable(`${path}${query}`),
          headers,
          body,
        })),
    ),
  );
}

/** What a client's own library lets through. */
function sendable(target: string): string {
  return target.replace(/[^\x21-\x7e]/g, (character) =>
    encodeURIComponent(character.isWellFormed() ? character : "?"),
  );
}

const rawSegment = fc.constantFrom(
  "",
  "%",
  "%zz",
  "%00",
  "%C3%28",
  "..",
  "%2e%2e",
  "a%2Fb",
  "x".repeat(5_000),
  "%F0%9F%8E%B0",
  "a;b",
);

function pathOf(operation: Operation, world: FuzzWorld): fc.Arbitrary<string> {
  const mayBeNamed = (id: string) => operation.id !== "eraseEntity" || id !== world.lastingEntity;
  const anyId = fc.constantFrom(...allIds(world).filter(mayBeNamed));
  const idOf = (name: string) =>
    mostly(
      fc.constantFrom(...world.things[kindOf(operation, name)].filter(mayBeNamed)),
      8,
      anyId,
      rawSegment,
      fc.string().map(encoded),
    );
  const filled = fc.tuple(
    ...operation.path
      .split("/")
      .map((segment) => (segment.startsWith("{") ? idOf(segment.slice(1, -1)) : fc.constant(segment))),
  );
  const path = filled.map((segments) => segments.join("/"));
  const bent = fc
    .tuple(path, fc.nat(60), fc.constantFrom("/", "//", "%", "A", "\\", "?", "#", ";", ""))
    .map(([whole, at, odd]) => whole.slice(0, at) + odd + whole.slice(at + 1));
  const prefixed = fc.tuple(
    fc.constantFrom("", "", "/functions/v1", "http://elsewhere.example"),
    mostly(path, 12, bent),
  );
  return prefixed.map(([prefix, rest]) => `${prefix}${rest.startsWith("/") ? rest : `/${rest}`}`);
}

function allIds({ things }: FuzzWorld): string[] {
  return Object.values(things).flat();
}

function encoded(text: string): string {
  return encodeURIComponent(text.isWellFormed() ? text : "?");
}

function queryOf(operation: Operation, world: FuzzWorld): fc.Arbitrary<string> {
  const ids = [...allIds(world), ...Array.from({ length: 4 }, () => world.ownOperatorId)];
  const known = operation.parameters.filter((parameter) => parameter.in === "query");
  const pair = (parameter: ParameterObject) =>
    mostly(
      fromSchema(parameter.schema, ids).map((value) => `${parameter.name}=${encoded(String(value))}`),
      8,
      fc.string().map((value) => `${parameter.name}=${encoded(value)}`),
      rawSegment.map((value) => `${parameter.name}=${value.slice(0, 300)}`),
    );
  const odd = fc.tuple(fc.string(), fc.string()).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const parts = known.map((parameter) =>
    fc.option(pair(parameter), { nil: undefined, freq: parameter.required === true ? 9 : 1 }),
  );
  const extra = mostly(fc.constant<string | undefined>(undefined), 15, odd, ...known.map(pair));
  return fc.tuple(...parts, extra).map((pairs) => {
    const given = pairs.filter((part) => part !== undefined);
    return given.length === 0 ? "" : `?${given.join("&")}`;
  });
}

function headersOf(operation: Operation, world: FuzzWorld): fc.Arbitrary<Record<string, string>> {
  const [first] = operation.credentials;
  const right = fc.constantFrom(...operation.credentials.map((kind) => world.credentials[kind]));
  const latin = fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .map((code) => String.fromCharCode(code === 0x7f ? 0x7e : code)),
    maxLength: 30,
  });
  const authorization = mostly<string | undefined>(
    right.map((key) => `Bearer ${key}`),
    25,
    fc.constant(`Bearer ${world.readKey}`),
    fc.constant(`bearer ${world.credentials[first === "operatorKey" ? "platformKey" : "operatorKey"]}`),
    fc.constant(`Bearer ${world.memberSession}`),
    fc.constant(undefined),
    latin,
  );
  const type = mostly<string | undefined>(
    fc.constant("application/json"),
    20,
    fc.constant(undefined),
    fc.constant("application/json; charset=utf-16"),
    latin,
  );
  const idempotencyKey = mostly<string | undefined>(
    fc.constant(undefined),
    4,
    fc.constantFrom("a", "b", "c", "d", "e"),
    fc.string({ minLength: 1, maxLength: 20 }).filter((text) => /^[!-~]+$/.test(text)),
    latin,
  );
  const requestId = mostly<string | undefined>(fc.constant(undefined), 3, latin, fc.constant("req-1"));
  const encoding = mostly<string | undefined>(
    fc.constant(undefined),
    40,
    fc.constantFrom("gzip", "identity", "x"),
  );
  return fc.tuple(authorization, type, idempotencyKey, requestId, encoding).map((values) => {
    const names = ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id", "Content-Encoding"];
    return Object.fromEntries(
      names.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]]])),
    );
  });
}

/** The example, changed in parts; of batches all items. */
function mixed(example: JsonBody | undefined, made: unknown): unknown {
  if (Array.isArray(example)) return [...example, ...(made as unknown[])];
  return typeof made === "object" && made !== null && !Array.isArray(made) ? { ...example, ...made } : made;
}

function bodyOf(operation: Operation, world: FuzzWorld): fc.Arbitrary<Buffer | undefined> {
  const ids = [...allIds(world), ...Array.from({ length: 4 }, () => world.ownOperatorId)];
  const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  const { bodySchema } = operation;
  if (bodySchema === undefined) return mostly<Buffer | undefined>(fc.constant(undefined), 15, anyBytes);
  const example = fc.constant(exampleBody(operation));
  const valid = fc.oneof(
    fromSchema(bodySchema, ids),
    fc.tuple(example, fromSchema(bodySchema, ids)).map(([a, b]) => mixed(a, b)),
    example,
  );
  const name = fc.constantFrom(...Object.keys(fieldsOf(operation)), "Surprise", "__proto__");
  const text = valid.map((value) => JSON.stringify(value));
  // In front, so that the last one counts, or at the end, so that this one does.
  const bent = fc
    .tuple(
      text,
      name,
      fc.oneof(
        junkValue.map((value) => JSON.stringify(value)),
        junkLiteral,
      ),
      fc.boolean(),
    )
    .map(([whole, field, value, late]) => {
      const pair = `${JSON.stringify(field)}:${value}`;
      // The first object of a batch, or the body itself.
      const [start, end] = [whole.indexOf("{") + 1, whole.lastIndexOf("}")];
      if (start === 0 || end < start) return `{${pair}}`;
      const comma = end === start ? "" : ",";
      return late
        ? `${whole.slice(0, end)}${comma}${pair}${whole.slice(end)}`
        : `${whole.slice(0, start)}${pair}${comma}${whole.slice(start)}`;
    });
  const broken = fc
    .tuple(text, fc.nat(200), fc.string({ maxLength: 3 }))
    .map(([whole, at, odd]) => whole.slice(0, at) + odd + whole.slice(at + 1));
  const anything = junkValue.map((value) => JSON.stringify(value));
  const asText = fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 4, arbitrary: bent },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: anything },
  );
  return mostly<Buffer | undefined>(
    asText.map((body) => Buffer.from(body)),
    25,
    anyBytes,
    fc.constant(undefined),
  );
}
