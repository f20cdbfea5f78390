import { describe } from "vitest";
import { at, type Change, put, testChanges } from "../testing/released.js";

const operations: Change[] = [
  ["a path is gone", "GET /things/{id}: it is gone", (copy) => delete copy.paths["/things/{id}"]],
  ["an operation is gone", "GET /things/{id}: it is gone", (copy) => delete copy.paths["/things/{id}"].get],
  [
    "another operationId",
    "operationId was putThing",
    (copy) => {
      put(copy).operationId = "setThing";
    },
  ],
  ["a credential is refused", "takes no operatorSession", (copy) => put(copy).security.pop()],
  ["no Idempotency-Key", "no Idempotency-Key any more", (copy) => delete put(copy)["x-idempotent"]],
  ["no gzip", "no gzip any more", (copy) => delete put(copy)["x-gzip"]],
  ["a smaller body", "1048576 bytes instead of 4000000", (copy) => delete put(copy)["x-body-bytes-max"]],
  [
    "fewer values",
    "9 values at most",
    (copy) => {
      put(copy)["x-json-values-max"] = 9;
    },
  ],
  [
    "a lower limit",
    "50 times a window instead of 100",
    (copy) => {
      put(copy)["x-rate-limit"] = "read";
    },
  ],
  ["a parameter is gone", `${at} query parameter limit: it is gone`, (copy) => put(copy).parameters.pop()],
  [
    "a parameter is required",
    "limit: it is required now",
    (copy) => {
      put(copy).parameters[1].required = true;
    },
  ],
  [
    "a new required parameter",
    "query parameter q: it is required",
    (copy) => put(copy).parameters.push({ name: "q", in: "query", required: true, schema: {} }),
  ],
  [
    "a parameter's bound",
    "limit: its maximum was 100 and is 50",
    (copy) => {
      put(copy).parameters[1].schema.maximum = 50;
    },
  ],
  [
    "a required body",
    "body: it is required now",
    (copy) => {
      put(copy).requestBody.required = true;
    },
  ],
  [
    "another type of body",
    "no application/json any more",
    (copy) => {
      put(copy).requestBody.content = {};
    },
  ],
  ["a status is gone", `${at} 404: it is gone`, (copy) => delete put(copy).responses["404"]],
  [
    "another success",
    "202: it is another way to succeed",
    (copy) => {
      put(copy).responses["202"] = {};
    },
  ],
  [
    "a header is gone",
    "200 header X-Request-Id: it is gone",
    (copy) => delete put(copy).responses["200"].headers,
  ],
  [
    "another type of answer",
    "200: it is no application/json",
    (copy) => delete put(copy).responses["200"].content,
  ],
  [
    "a new operation",
    undefined,
    (copy) => {
      copy.paths["/more"] = { get: {} };
    },
  ],
  [
    "a new optional parameter",
    undefined,
    (copy) => put(copy).parameters.push({ name: "q", in: "query", schema: {} }),
  ],
  [
    "a new error",
    undefined,
    (copy) => {
      put(copy).responses["409"] = {};
    },
  ],
  [
    "other words",
    undefined,
    (copy) => {
      put(copy).summary = "Put it";
    },
  ],
];

describe("a change of operations", () => testChanges(operations));
