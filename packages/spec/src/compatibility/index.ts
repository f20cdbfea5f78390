import { type BreakingChange, names, type Part, part } from "./document.js";
import { compareOperation } from "./operation.js";
import { SchemaComparison } from "./schema.js";

export type { BreakingChange } from "./document.js";

const methods = ["get", "post", "put", "patch", "delete"];

/**
 * What in `current` breaks programs that were written for `released`. New operations, new optional fields of requests, new
 * fields and new enum values of answers, looser bounds and other words are no such thing.
 */
export function breakingChanges(released: object, current: object): BreakingChange[] {
  const changes: BreakingChange[] = [];
  const schemas = new SchemaComparison(released as Part, current as Part, (where, what) =>
    changes.push({ where, what }),
  );
  const [before, now] = [part((released as Part).paths), part((current as Part).paths)];
  for (const path of names(before)) {
    for (const method of methods) {
      const operation = part(before[path])[method];
      if (operation === undefined) continue;
      const name = `${method.toUpperCase()} ${path}`;
      const other = part(now[path])[method];
      if (other === undefined) schemas.report(name, "it is gone");
      else compareOperation(name, part(operation), part(other), schemas);
    }
  }
  return changes;
}
