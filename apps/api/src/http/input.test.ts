import { type Operation, operations } from "@onehazel/spec";
import { describe, expect, it } from "vitest";
import { readParameters } from "./input.js";

const byId = (id: string) => operations.find((operation) => operation.id === id) as Operation;
const getEntity = byId("getEntity");
const listEntities = byId("listEntities");
const noFaults = { faults: [] };

describe("a path parameter", () => {
  const read = (raw: string) => readParameters(getEntity, { externalId: raw }, `/x/${raw}`);

  it.each([
    ["a%2Fb", "a/b"],
    ["%252F", "%2F"],
    ["..%2Fx", "../x"],
    ["a+b", "a+b"],
    ["%F0%9F%98%80", "😀"],
    ["%e2%82%ac", "€"],
    ["a;b=c,d@e:f", "a;b=c,d@e:f"],
    ["%01", "\u0001"],
  ])("is decoded once: %s", (raw, externalId) => {
    expect(read(raw)).toMatchObject({ params: { externalId }, ...noFaults });
  });

  it.each(["%", "%2", "%zz", "a%", "%ff", "%c0%80", "%ed%a0%80", "%e2%82"])(
    "must be percent-encoded UTF-8: %s",
    (raw) => {
      expect(read(raw)).toEqual({
        params: {},
        query: {},
        faults: [{ field: "externalId", message: "must be percent-encoded UTF-8" }],
      });
    },
  );

  it("must not hold U+0000", () => {
    expect(read("a%00b").faults).toEqual([{ field: "externalId", message: "must not contain U+0000" }]);
  });

  it.each(["%ff", "%00"])("that is an id of ours is an unknown one when malformed: %s", (raw) => {
    expect(readParameters(byId("getOperator"), { id: raw }, "/x")).toMatchObject({
      params: { id: raw },
      ...noFaults,
    });
  });
});

describe("the query", () => {
  const read = (query: string, operation = listEntities) => readParameters(operation, {}, `/x?${query}`);

  it.each([
    ["", {}],
    ["&&", {}],
    ["limit=5&entityType=a+b%2B", { limit: "5", entityType: "a b+" }],
    ["cursor=a=b", { cursor: "a=b" }],
    ["%6cimit=5", { limit: "5" }],
  ])("is decoded: %s", (query, expected) => {
    expect(read(query)).toEqual({ params: {}, query: expected, faults: [] });
  });

  it.each([
    ["limit=1&limit=1", "limit", "must be given once"],
    ["limit=1&%6cimit=2", "limit", "must be given once"],
    ["Limit=1", "Limit", "Unknown query parameter"],
    ["limit[]=1", "limit[]", "Unknown query parameter"],
    ["__proto__=1", "__proto__", "Unknown query parameter"],
    ["limit", "limit", "must not be empty"],
    ["limit=", "limit", "must not be empty"],
    ["entityType=%ff", "entityType", "must be percent-encoded UTF-8"],
    ["entityType=%00", "entityType", "must not contain U+0000"],
    ["%ff=1", "query", "Unknown query parameter"],
    ["a%00%0a%C3%A9=1", "a???", "Unknown query parameter"],
    ["=1", "", "Unknown query parameter"],
  ])("is refused: %s", (query, field, message) => {
    expect(read(query).faults).toEqual([{ field, message }]);
  });

  it("tells every fault at once", () => {
    expect(read("a=1&limit=&entityType=%ff&limit=1").faults).toHaveLength(4);
  });

  it("treats an empty value of a required parameter as a missing one", () => {
    expect(read("id=", byId("deleteApiKey"))).toEqual({ params: {}, query: {}, faults: [] });
  });
});
