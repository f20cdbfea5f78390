/** An operationId is camelCase: it is the name of a handler and of a method of the SDK. */
export function operationId() {
  return {
    Operation(operation, { report, location }) {
      const id = operation.operationId;
      if (id === undefined || /^[a-z][A-Za-z0-9]*$/.test(id)) return;
      report({ message: `operationId "${id}" is not camelCase.`, location: location.child("operationId") });
    },
  };
}
