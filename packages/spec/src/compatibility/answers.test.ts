import { describe } from "vitest";
import { type Change, schema, testChanges, thing } from "../testing/released.js";

const answers: Change[] = [
  ["a field is gone", "200.at: it is gone", (copy) => delete thing(copy).properties.at],
  ["a field of a part is gone", "200.id: it is gone", (copy) => delete schema(copy, "Head").properties.id],
  ["a field may be absent", "200.label: it was always there", (copy) => thing(copy).required.pop()],
  [
    "an enum value is gone",
    '404.code: the value "B" is gone',
    (copy) => schema(copy, "Error").properties.code.enum.pop(),
  ],
  [
    "an enum becomes anything",
    "can be anything now",
    (copy) => {
      schema(copy, "Error").properties.code = {};
    },
  ],
  [
    "a constant changes",
    "200.ok: the value true is gone",
    (copy) => {
      thing(copy).properties.ok.const = false;
    },
  ],
  [
    "another type",
    "200.id: its type was integer and is string",
    (copy) => {
      schema(copy, "Head").properties.id.type = "string";
    },
  ],
  [
    "a wider type",
    "200.at: its type was string and is string or null",
    (copy) => {
      thing(copy).properties.at.type = ["string", "null"];
    },
  ],
  [
    "a format is lost",
    "its format was date-time and is none",
    (copy) => delete thing(copy).properties.at.format,
  ],
  [
    "one more variant",
    "200.of: it can be boolean now",
    (copy) => thing(copy).properties.of.anyOf.push({ type: "boolean" }),
  ],
  [
    "a choice",
    "200.at: it became a choice",
    (copy) => {
      thing(copy).properties.at.anyOf = [{}];
    },
  ],
  [
    "a new field",
    undefined,
    (copy) => {
      thing(copy).properties.size = {};
    },
  ],
  ["a field that is always there now", undefined, (copy) => thing(copy).required.push("at")],
  ["a new enum value", undefined, (copy) => schema(copy, "Error").properties.code.enum.push("C")],
  [
    "a narrower type",
    undefined,
    (copy) => {
      schema(copy, "Label").type = ["string", "null"];
    },
  ],
];

describe("a change of answers", () => testChanges(answers));
