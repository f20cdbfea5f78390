import { expect, it } from "vitest";
import { refuseUnfit } from "./inspect.js";

const fit = { versionNumber: 150_000, encoding: "UTF8", ownsSchema: true };

it("PostgreSQL 15 and later are fit", () => {
  expect(() => refuseUnfit(fit, "DATABASE_URL")).not.toThrow();
  expect(() => refuseUnfit({ ...fit, versionNumber: 180_004 }, "DATABASE_URL")).not.toThrow();
});

it("an older one is refused by its version, a database without Unicode by its encoding", () => {
  expect(() => refuseUnfit({ ...fit, versionNumber: 140_019 }, "DATABASE_URL")).toThrow(
    "DATABASE_URL leads to PostgreSQL 14; 15 or later is needed.",
  );
  expect(() => refuseUnfit({ ...fit, encoding: "LATIN1" }, "DATABASE_URL")).toThrow("LATIN1; UTF8 is needed");
});
