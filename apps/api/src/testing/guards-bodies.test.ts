import { gzipSync } from "node:zlib";
import { operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError, prefixes } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { bodyKindOf, exampleRequest, fieldsOf, keyFor } from "./requests.js";
import { storedDigest } from "./stored.js";
import { makeThings, type Things } from "./things.js";

let api: TestApi;
let things: Things;
beforeAll(async () => {
  api = await startApi();
  things = await makeThings(api, api.ours);
});
afterAll(() => api.stop());

const cases = prefixes.flatMap((prefix) =>
  operations
    .filter(({ body }) => body !== "none")
    .map((operation) => ({ prefix, operation, name: `${operation.method} ${prefix}${operation.path}` })),
);

const wrongTypes = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/problem+json",
  "application/jsonp",
  "json",
  "",
  "application/json; charset=iso-8859-1",
  "application/json; charset=utf-16",
  "application/json; charset=",
  "application/json, text/plain",
];
const rightTypes = [
  "application/json",
  "Application/JSON",
  "application/json; charset=utf-8",
  'application/json;charset="UTF-8"',
  "application/json; profile=x",
];
const malformed: readonly (readonly [string, string | Uint8Array])[] = [
  ["white space", "  \n"],
  ["half an object", '{"name":"a"'],
  ["two values", "{} {}"],
  ["a trailing comma", '{"name":"a",}'],
  ["single quotes", "{'name':'a'}"],
  ["a comment", '{"name":"a"/**/}'],
  ["a word", "undefined"],
  ["NaN", '{"n":NaN}'],
  ["a raw line break in a string", '{"name":"a\nb"}'],
  ["a raw U+0000", "{}\0"],
  ["a bad escape", '{"name":"\\x41"}'],
  ["an overlong byte sequence", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
  ["half a character", Uint8Array.of(0x22, 0xc3, 0x22)],
  ["an encoded surrogate", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ["UTF-16", Buffer.from('\ufeff{"name":"a"}', "utf16le")],
];

for (const { name, prefix, operation } of cases)
  describe(name, () => {
    const shape = operation.errorShape;
    const key = () => keyFor(api.ours, operation.credentials[0]!);
    const example = () => exampleRequest(operation, key(), () => things);
    const send = (body: unknown, headers: Record<string, string> = {}) => {
      const { method, path } = example();
      return api.call(method, `${prefix}${path}`, { key: key(), body, headers });
    };
    const kind = bodyKindOf(operation);
    const { bodyBytesMax } = operation;

    it("takes JSON in UTF-8 only", async () => {
      const before = await storedDigest(api);
      const text = JSON.stringify(example().body);
      for (const type of wrongTypes) {
        expectError(await send(text, { "content-type": type }), "UNSUPPORTED_MEDIA_TYPE", { shape });
      }
      for (const encoding of [...(operation.gzip ? [] : ["gzip"]), "deflate", "br", "nonsense"]) {
        const answer = await send(gzipSync(text), { "content-encoding": encoding });
        expectError(answer, "UNSUPPORTED_MEDIA_TYPE", { shape });
      }
      expect(await storedDigest(api)).toEqual(before);
    });

    if (operation.gzip)
      it("takes gzip, as no other encoding, and counts what it inflates to", async () => {
        const gzip = { "content-encoding": "gzip" };
        expect((await send(gzipSync(JSON.stringify(example().body)), gzip)).status).toBe(200);
        expectError(await send(gzipSync("{"), gzip), "INVALID_JSON", { shape });
        expectError(await send("[]", gzip), "INVALID_JSON", { shape });
        const over = gzipSync("x".repeat(bodyBytesMax + 1));
        expectError(await send(over, gzip), "PAYLOAD_TOO_LARGE", { shape });
      });

    it("takes it however its type is written", async () => {
      for (const type of rightTypes) {
        const answer = await send({ surprise: 1 }, { "content-type": type });
        expect(answer.status).toBe(kind === "any" ? 200 : 400);
      }
    });

    it("refuses what is no JSON, and quotes nothing of it", async () => {
      const before = await storedDigest(api);
      for (const [, body] of malformed) {
        const { message } = expectError(await send(body), "INVALID_JSON", { shape });
        expect(message).toMatch(/^The body is /);
      }
      expect(await storedDigest(api)).toEqual(before);
    });

    it("takes an empty body only where the spec lets it be absent", async () => {
      for (const body of [undefined, ""]) {
        const answer = await send(body);
        if (operation.body === "required") expectError(answer, "INVALID_JSON", { shape });
        else expect(answer.status).toBe(201);
      }
    });

    it("refuses a body over its bound before it is parsed, and takes one just below", async () => {
      const padding = "x".repeat(bodyBytesMax);
      expectError(await send({ ...example().body, padding }), "PAYLOAD_TOO_LARGE", { shape });
      expectError(await send(`${padding}x`), "PAYLOAD_TOO_LARGE", { shape });
      const most = "x".repeat(bodyBytesMax - '{"s":""}'.length);
      const just = await send({ s: most });
      if (kind === "any") expect(just.status).toBe(200);
      else expectError(just, just.body.code ?? just.body.error.code, { shape, status: 400 });
      expectError(await send({ s: `${most}x` }), "PAYLOAD_TOO_LARGE", { shape });
    });

    if (kind === "any")
      it("takes any value, and keeps it as it is", async () => {
        for (const body of ["[]", "null", "true", "5", '"text"', "[{}]", '{"value":1,"other":2}']) {
          expect((await send(body)).body.data.value).toEqual(JSON.parse(body));
          const { body: read } = await api.call("GET", example().path, { key: key() });
          expect(read.data.value).toEqual(JSON.parse(body));
        }
      });
    else
      it(`refuses any value but ${kind === "batch" ? "an array of something" : "an object"}`, async () => {
        for (const body of ["[]", "null", "true", "5", '"text"', kind === "batch" ? "{}" : "[{}]"]) {
          const answer = await send(body);
          expectError(answer, answer.body.code ?? answer.body.error.code, { shape, status: 400 });
        }
      });

    const strangers = ["Surprise", "__proto__", "constructor"];
    const surprising = () =>
      JSON.stringify(example().body).replace(/\{/, '{"__proto__":{"a":1},"constructor":2,"Surprise":3,');
    if (kind === "object")
      it("names every field that it does not know, __proto__ and constructor too", async () => {
        const { fields } = expectError(await send(surprising()), "VALIDATION_FAILED", { shape });
        expect(fields.sort()).toEqual(strangers);
      });
    if (kind === "batch")
      it("names what an item does not know or lacks, and answers 200", async () => {
        const { body } = await send(surprising());
        expect(body.data).toMatchObject({ succeeded: 0, failed: 1 });
        expect(body.data.errors[0].code).toBe("VALIDATION_FAILED");
        for (const name of strangers) expect(body.data.errors[0].message).toContain(name);
        const lacking = await send([{}]);
        expect(lacking.body.data.errors[0].code).toBe("MISSING_FIELDS");
        const names = Object.keys(fieldsOf(operation)).filter((name) => name !== "occurredAt");
        for (const name of names) expect(lacking.body.data.errors[0].message).toContain(`"${name}"`);
      });

    const required = operation.bodySchema?.required ?? [];
    if (required.length > 0)
      it("names every missing field at once, absent or null", async () => {
        for (const body of [{}, Object.fromEntries(required.map((name) => [name, null]))]) {
          const { fields, message } = expectError(await send(body), "MISSING_FIELDS", { shape });
          expect(fields.sort()).toEqual([...required].sort());
          if (operation.missingSentence !== undefined) expect(message).toBe(operation.missingSentence);
          else for (const name of required) expect(message).toContain(`"${name}"`);
        }
      });
  });
