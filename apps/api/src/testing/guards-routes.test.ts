import { request as httpRequest, METHODS } from "node:http";
import { operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "./call.js";
import { expectError, prefixes } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { emptyRequest, exampleRequest, keyFor } from "./requests.js";
import { makeThings, type Things } from "./things.js";

let api: TestApi;
let things: Things;
beforeAll(async () => {
  api = await startApi();
  things = await makeThings(api, api.ours);
});
afterAll(() => api.stop());

const paths = [...new Set(operations.map(({ path }) => path))];
/** Those that a client can send as a plain request. */
const methods = METHODS.filter((method) => method !== "CONNECT");

function allowedOn(path: string): string[] {
  const own = operations.filter((operation) => operation.path === path).map(({ method }) => method);
  return (own.includes("GET") ? [...own, "HEAD"] : own).sort();
}

/** `fetch` refuses some methods; `node:http` sends all of them. */
function send(
  method: string,
  path: string,
): Promise<Pick<Answer, "status" | "body"> & { headers: Record<string, string> }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${api.baseUrl}${path}`, { method }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString("utf8");
      const headers = response.headers as Record<string, string>;
      resolve({
        status: response.statusCode ?? 0,
        headers,
        body: text === "" ? undefined : JSON.parse(text),
      });
    });
    request.on("error", reject).end();
  });
}

for (const [prefix, path] of prefixes.flatMap((prefix) => paths.map((path) => [prefix, path] as const)))
  describe(`${prefix}${path}`, () => {
    const operation = operations.find((candidate) => candidate.path === path)!;
    const concrete = prefix + (emptyRequest(operation, "").path.split("?")[0] ?? "");
    const shape = operation.errorShape;

    it("answers every other method, even without credentials, by saying which there are", async () => {
      const allowed = allowedOn(path);
      for (const method of methods.filter((method) => !allowed.includes(method))) {
        const answer = await send(method, concrete);
        expect([answer.status, answer.headers.allow]).toEqual([405, allowed.join(", ")]);
        if (method === "HEAD") continue;
        const { message } = expectError(answer, "METHOD_NOT_ALLOWED", { shape });
        expect(message).toBe("Method not allowed");
      }
    });

    it("is another path with a trailing slash, in another case, or with more behind it", async () => {
      const [first = "", ...rest] = concrete.slice(1).split("/");
      const others = [
        `${concrete}/`,
        `/${concrete}`,
        `/${first.toUpperCase()}/${rest.join("/")}`.replace(/\/$/, ""),
        `${concrete}/more/of/it`,
        concrete.replace(/(.)$/, "$1%20/"),
      ];
      for (const other of others) expectError(await send("GET", other), "NOT_FOUND");
    });
  });

it.each([
  "/",
  "/functions/v1",
  "/functions/v1/",
  "/functions/v2/api-keys",
  "/functions/v1/functions/v1/api-keys",
])("%s is nothing", async (path) => {
  expectError(await send("GET", path), "NOT_FOUND");
  expectError(await send("OPTIONS", path), "NOT_FOUND");
});

for (const operation of operations)
  describe(`${operation.method} ${operation.path}`, () => {
    const shape = operation.errorShape;
    const key = () => keyFor(api.ours, operation.credentials[0]!);
    const prepare = () => exampleRequest(operation, key(), () => things);

    it("refuses a query parameter it does not know", async () => {
      const { method, path, body } = prepare();
      const more = `${path}${path.includes("?") ? "&" : "?"}Surprise=1`;
      const answer = await api.call(method, more, { key: key(), body });
      expect(expectError(answer, "VALIDATION_FAILED", { shape }).fields).toEqual(["Surprise"]);
    });

    it("refuses a query parameter that is repeated", async () => {
      const { method, path, body } = prepare();
      for (const { name, example } of operation.parameters.filter((parameter) => parameter.in === "query")) {
        const pair = `${name}=${encodeURIComponent(String(example))}`;
        const plain = path.split("?")[0];
        const others = path.includes("?") && !path.includes(`?${name}=`) ? `${path.split("?")[1]}&` : "";
        const answer = await api.call(method, `${plain}?${others}${pair}&${pair}`, { key: key(), body });
        expect(expectError(answer, "VALIDATION_FAILED", { shape }).fields).toEqual([name]);
      }
    });

    it("says the caller's request id back if it is well formed, and makes one otherwise", async () => {
      const { method, path, body } = emptyRequest(operation, "");
      const idOf = async (sent: string) => {
        const answer = await api.call(method, path, { body, headers: { "x-request-id": sent } });
        expect(answer.body.requestId).toBe(answer.headers.get("x-request-id"));
        return answer.headers.get("x-request-id");
      };
      for (const id of ["a", "req-7f3a_.9Z", "x".repeat(128)]) expect(await idOf(id)).toBe(id);
      for (const id of ["", "x".repeat(129), "with space", "ü", "a,b", "<script>", "a/b"]) {
        expect(await idOf(id)).toMatch(/^[0-9a-f]{24}$/);
      }
    });
  });

for (const operation of operations.filter(({ method }) => method === "GET"))
  describe(`HEAD ${operation.path}`, () => {
    it("follows GET: the same status and headers, without the body", async () => {
      const key = keyFor(api.ours, operation.credentials[0]!);
      for (const { path } of [exampleRequest(operation, key, () => things), emptyRequest(operation, key)]) {
        const get = await api.call("GET", path, { key });
        const headAnswer = await api.call("HEAD", path, { key });
        expect([headAnswer.status, headAnswer.text]).toEqual([get.status, ""]);
        for (const header of ["content-type", "content-length", "cache-control"]) {
          expect(headAnswer.headers.get(header)).toBe(get.headers.get(header));
        }
        expect(headAnswer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{24}$/);
      }
    });
  });
