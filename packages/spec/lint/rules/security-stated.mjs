/**
 * Every operation says itself who may call it, and somebody may. What says nothing falls to the root's `nobody` and would
 * be refused at run time; an empty list or `{}` would open it to everyone.
 */
export function securityStated() {
  return {
    Operation(operation, { report, location }) {
      const alternatives = operation.security;
      if (alternatives === undefined || alternatives.length === 0) {
        report({
          message: "An operation states its own `security`.",
          location: location.child("security").key(),
        });
        return;
      }
      for (const [index, alternative] of alternatives.entries()) {
        const schemes = Object.keys(alternative);
        if (schemes.length > 0 && !schemes.includes("nobody")) continue;
        const message =
          schemes.length === 0
            ? "Every call needs a credential: `{}` opens the operation."
            : "`nobody` can call this.";
        report({ message, location: location.child(["security", index]) });
      }
    },
  };
}
