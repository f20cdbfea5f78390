import { describe } from "vitest";
import { type Change, schema, testChanges } from "../testing/released.js";

const requests: Change[] = [
  ["a field is gone", "body.sizes: it is gone", (copy) => delete schema(copy, "Write").properties.sizes],
  [
    "a field is required",
    "body.label: it is required",
    (copy) => schema(copy, "Write").required.push("label"),
  ],
  [
    "a new required field",
    "body.size: it is required",
    (copy) => {
      schema(copy, "Write").properties.size = {};
      schema(copy, "Write").required.push("size");
    },
  ],
  [
    "an enum value is gone",
    'body.kind: the value "blue" is gone',
    (copy) => {
      schema(copy, "Write").properties.kind.enum.pop();
    },
  ],
  [
    "an enum where there was none",
    "only some values are allowed",
    (copy) => {
      schema(copy, "Write").properties.when.enum = ["now"];
    },
  ],
  [
    "a shorter text",
    "its maxLength was 100 and is 99",
    (copy) => {
      schema(copy, "Label").maxLength = 99;
    },
  ],
  [
    "a longer minimum",
    "its minLength was 1 and is 2",
    (copy) => {
      schema(copy, "Label").minLength = 2;
    },
  ],
  [
    "a bound where there was none",
    "its minItems was none and is 1",
    (copy) => {
      schema(copy, "Write").properties.sizes.minItems = 1;
    },
  ],
  [
    "a pattern",
    "its pattern was none and is ^a",
    (copy) => {
      schema(copy, "Label").pattern = "^a";
    },
  ],
  [
    "null is refused",
    "its type was string or null and is string",
    (copy) => {
      schema(copy, "Label").type = "string";
    },
  ],
  [
    "items of a narrower type",
    "body.sizes[]: its type was number and is integer",
    (copy) => {
      schema(copy, "Write").properties.sizes.items.type = "integer";
    },
  ],
  [
    "a type where there was any",
    "its type was any and is object",
    (copy) => {
      schema(copy, "Write").properties.kind.type = "object";
    },
  ],
  [
    "other names are refused",
    "no properties of other names",
    (copy) => {
      schema(copy, "Write").additionalProperties = false;
    },
  ],
  [
    "other values are bounded",
    "body.extra.*: its maxLength was 9 and is 8",
    (copy) => {
      schema(copy, "Write").properties.extra.additionalProperties.maxLength = 8;
    },
  ],
  [
    "names are bounded",
    "body.extra (names): its maxLength was none and is 5",
    (copy) => {
      schema(copy, "Write").properties.extra.propertyNames = { maxLength: 5 };
    },
  ],
  [
    "a format",
    "its format was date-time and is date",
    (copy) => {
      schema(copy, "Write").properties.when.format = "date";
    },
  ],
  [
    "a variant is gone",
    "body.target: it can't be integer any more",
    (copy) => schema(copy, "Write").properties.target.oneOf.pop(),
  ],
  [
    "no choice any more",
    "it is no choice any more",
    (copy) => delete schema(copy, "Write").properties.target.oneOf,
  ],
  [
    "a looser bound",
    undefined,
    (copy) => {
      schema(copy, "Label").maxLength = 200;
    },
  ],
  ["no bound any more", undefined, (copy) => delete schema(copy, "Label").maxLength],
  [
    "a new optional field",
    undefined,
    (copy) => {
      schema(copy, "Write").properties.size = { type: "integer" };
    },
  ],
  [
    "no longer required",
    undefined,
    (copy) => {
      schema(copy, "Write").required = [];
    },
  ],
  [
    "a wider type",
    undefined,
    (copy) => {
      schema(copy, "Write").properties.when.type = ["string", "null"];
    },
  ],
  [
    "one more variant",
    undefined,
    (copy) => schema(copy, "Write").properties.target.oneOf.push({ type: "boolean" }),
  ],
];

describe("a change of requests", () => testChanges(requests));
