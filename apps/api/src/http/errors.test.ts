import { document } from "@onehazel/spec";
import { expect, it } from "vitest";
import { statusOf } from "./errors.js";

it("every code has the status that the spec's table of codes says, and a page to say it on", () => {
  const table = document.components.schemas.ErrorCode?.["x-codes"] as Record<
    string,
    { status: number; means: string; do: string }
  >;
  const statuses = Object.fromEntries(Object.entries(table).map(([code, { status }]) => [code, status]));
  expect(statuses).toEqual(statusOf);
  for (const { means, do: remedy } of Object.values(table)) {
    expect(means).toMatch(/\.$/);
    expect(remedy).toMatch(/\.$/);
  }
});
