import { expect, it } from "vitest";
import { scriptsFor } from "./scripts.js";

const scripts = Object.entries(scriptsFor(1_000));

it.each(scripts)("%s has all its values, and no variable but its own", (_, script) => {
  expect(script).not.toMatch(/\$\d/);
  const variables = [...script.matchAll(/(?<!:):(\w+)/g)].map(([, name]) => name);
  expect(new Set([...variables, "n", "r"])).toEqual(new Set(["n", "r"]));
  expect(variables.length).toBeGreaterThan(0);
  // A statement of several lines is one transaction: it ends once.
  expect(script.match(/;/g)).toHaveLength(1);
});

it("what is there already and what is new do not overlap", () => {
  const { upsert, upsertNew } = scriptsFor(1_000);
  expect(upsert).toMatch(/^\\set n random\(1, 1000\)$/m);
  expect(upsertNew).toMatch(/^\\set n random\(1\d{8}, 9\d{8}\)$/m);
});
