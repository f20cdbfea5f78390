import { eachOperation } from "../parameters.mjs";

/** `x-idempotent: true` and the parameter `Idempotency-Key` stand together: the first is for the server, the second for readers. */
export function idempotencyKey() {
  return eachOperation((operation, parameters, { report, location }) => {
    const marked = operation["x-idempotent"];
    const takesKey = parameters.some(
      ({ name, in: place }) => place === "header" && name === "Idempotency-Key",
    );
    if (marked === (takesKey ? true : undefined)) return;
    const message = takesKey
      ? "An operation with an Idempotency-Key says `x-idempotent: true`."
      : "`x-idempotent` is true, with the parameter Idempotency-Key, or left out.";
    report({ message, location: location.child("x-idempotent").key() });
  });
}
