import { document } from "@onehazel/spec";
import { expect, it } from "vitest";
import { statusOf } from "./errors.js";

it("an error is answered with the status that the spec says of its code", () => {
  expect(statusOf).toEqual(document.components.schemas.ErrorCode?.["x-statuses"]);
});
