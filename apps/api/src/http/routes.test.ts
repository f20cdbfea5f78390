import { operations } from "@onehazel/spec";
import { describe, expect, it } from "vitest";
import { ApiError } from "./errors.js";
import { findRoute, neighbourOf, pathOf } from "./routes.js";

function refusalOf(method: string, path: string): ApiError {
  try {
    findRoute(method, path);
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error(`${method} ${path} was found`);
}

describe("a route", () => {
  it.each(operations)("$id is found under both names, its parameters as sent", (operation) => {
    const names = [...operation.path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name);
    const path = operation.path.replace(/\{(.+?)\}/g, "%2e%2F$1");
    const rawParams = Object.fromEntries(names.map((name) => [name, `%2e%2F${name}`]));
    for (const prefix of ["", "/functions/v1"]) {
      expect(findRoute(operation.method, prefix + path)).toEqual({ operation, rawParams });
    }
  });

  it("of HEAD is that of GET", () => {
    expect(findRoute("HEAD", "/api-keys").operation.id).toBe("listApiKeys");
  });

  it.each([
    "/",
    "",
    "//",
    "*",
    "/api-keys/",
    "//api-keys",
    "/API-KEYS",
    "/api-keys/x",
    "/functions/v1",
    "/functions/v1/",
    "/functions/v1/functions/v1/api-keys",
    "/functions/v2/api-keys",
    "/Functions/v1/api-keys",
    "/functions/v1//api-keys",
    "/operator-data-api",
    "/operator-data-api/entities/",
    "/operator-data-api/entities/a/",
    "/operator-data-api/entities/a/b",
    "/operator-data-api//entities",
    "/operator-data-api/{externalId}",
    "/constructor",
    "/__proto__",
    "/toString",
    "/operator-data-api/__proto__",
    "/platform-api/operators//api-keys",
    "api-keys",
  ])("is not found at %j", (path) => {
    for (const method of ["GET", "OPTIONS"]) expect(refusalOf(method, path).code).toBe("NOT_FOUND");
  });

  it.each([
    ["OPTIONS", "/api-keys", "DELETE, GET, HEAD, PATCH, POST"],
    ["PUT", "/api-keys", "DELETE, GET, HEAD, PATCH, POST"],
    ["get", "/operator-data-api/entities", "GET, HEAD, POST"],
    ["POST", "/functions/v1/operator-data-api/entities/a", "DELETE, GET, HEAD"],
    ["TRACE", "/operator-data-api/settings", "GET, HEAD, PUT"],
    ["HEAD", "/platform-api/operators/a/api-keys/b", "DELETE"],
  ])("exists for other methods: %s %s", (method, path, allow) => {
    const refusal = refusalOf(method, path);
    expect([refusal.code, refusal.headers]).toEqual(["METHOD_NOT_ALLOWED", { Allow: allow }]);
  });
});

describe("the path of a request", () => {
  it.each([
    ["/a/b?c=/d?e", "/a/b"],
    ["/a", "/a"],
    ["/a%3Fb", "/a%3Fb"],
    ["?x", ""],
    ["*", "*"],
    ["http://host:1/a/b?c", "/a/b"],
    ["HTTPS://host/a", "/a"],
    ["http://host", ""],
  ])("of %s is %j", (url, path) => expect(pathOf(url)).toBe(path));
});

it("errors of a known path take its shape, whatever the method and the name", () => {
  expect(neighbourOf("/api-keys")?.errorShape).toBe("sentence");
  expect(neighbourOf("/functions/v1/api-keys")?.errorShape).toBe("sentence");
  expect(neighbourOf("/api-keys/")).toBeUndefined();
});
