/**
 * Calls `visit(operation, parameters, context)` for every operation, its path's parameters among them and no reference left.
 * A visitor for a rule to return.
 */
export function eachOperation(visit) {
  let shared = [];
  return {
    PathItem(item, { resolve }) {
      shared = resolved(item.parameters, resolve);
    },
    Operation(operation, context) {
      visit(operation, [...shared, ...resolved(operation.parameters, context.resolve)], context);
    },
  };
}

function resolved(parameters = [], resolve) {
  return parameters
    .map((parameter) => resolve(parameter).node)
    .filter((parameter) => parameter !== undefined);
}
