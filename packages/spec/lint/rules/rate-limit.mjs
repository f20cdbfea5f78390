/** The document says what each category takes, and every operation names the one that its calls are counted in. */
export function rateLimit() {
  let categories = [];
  return {
    Root(root, { report, location }) {
      const { windowSeconds, quotas = {} } = root["x-rate-limits"] ?? {};
      categories = Object.keys(quotas);
      if (categories.length > 0 && [windowSeconds, ...Object.values(quotas)].every(isCount)) return;
      const message = "`x-rate-limits` says `windowSeconds` and `quotas`, whole numbers above 0.";
      report({ message, location: location.child("x-rate-limits").key() });
    },
    Operation(operation, { report, location }) {
      if (categories.includes(operation["x-rate-limit"])) return;
      const message = `\`x-rate-limit\` is one of ${categories.join(", ")}.`;
      report({ message, location: location.child("x-rate-limit").key() });
    },
  };
}

function isCount(value) {
  return Number.isInteger(value) && value > 0;
}
