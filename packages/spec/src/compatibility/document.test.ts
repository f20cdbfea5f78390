import { describe, expect, it } from "vitest";
import { document } from "../document.js";
import type { Loose } from "../testing/released.js";
import { breakingChanges } from "./index.js";

describe("the document of today", () => {
  it("breaks nothing of itself", () => {
    expect(breakingChanges(document, structuredClone(document))).toEqual([]);
  });

  it("without one of its operations is broken there, whichever it is", () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of ["get", "post", "put", "patch", "delete"].filter((name) => name in item)) {
        const current: Loose = structuredClone(document);
        delete current.paths[path][method];
        expect(breakingChanges(document, current)).toEqual([
          { where: `${method.toUpperCase()} ${path}`, what: "it is gone" },
        ]);
      }
    }
  });

  it("without one of its named schemas' fields is broken, whichever it is", () => {
    for (const [name, { properties }] of Object.entries(document.components.schemas)) {
      for (const field of Object.keys(properties ?? {})) {
        const current: Loose = structuredClone(document);
        delete current.components.schemas[name].properties[field];
        expect(breakingChanges(document, current), `${name}.${field}`).not.toEqual([]);
      }
    }
  });

  it("names a change of a schema once, however many operations use it", () => {
    const current: Loose = structuredClone(document);
    current.components.schemas.ErrorCode.enum.pop();
    expect(breakingChanges(document, current)).toHaveLength(1);
  });
});
