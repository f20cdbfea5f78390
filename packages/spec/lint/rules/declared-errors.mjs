import { eachOperation } from "../parameters.mjs";

const kinds = [
  { who: "every operation", statuses: [400, 401, 403, 429, 431, 500, 503], is: () => true },
  {
    who: "an operation with a request body",
    statuses: [413, 415],
    is: (operation) => operation.requestBody !== undefined,
  },
  {
    who: "an operation with a path parameter",
    statuses: [404],
    is: (_, parameters) => parameters.some((parameter) => parameter.in === "path"),
  },
  {
    who: "an idempotent operation",
    statuses: [409, 422],
    is: (operation) => operation["x-idempotent"] === true,
  },
  {
    // An operator's keys share one space, and one that wrote an entity outlives it.
    who: "an operator's idempotent operation",
    statuses: [410],
    is: (operation) =>
      operation["x-idempotent"] === true &&
      (operation.security ?? []).some((alternative) => "operatorKey" in alternative),
  },
];

/** An operation declares each error that the server's pipeline can answer for it. */
export function declaredErrors() {
  return eachOperation((operation, parameters, { report, location }) => {
    for (const { who, statuses, is } of kinds) {
      if (!is(operation, parameters)) continue;
      for (const status of statuses) {
        if (operation.responses?.[status] !== undefined) continue;
        report({ message: `${who} declares ${status}.`, location: location.child("responses").key() });
      }
    }
  });
}
