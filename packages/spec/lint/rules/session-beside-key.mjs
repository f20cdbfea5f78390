const pairs = [
  ["operatorKey", "operatorSession"],
  ["platformKey", "platformSession"],
];

/** What a tenant's key reaches, a session of that tenant reaches too, and nothing else: what it may do there its role decides. */
export function sessionBesideKey() {
  return {
    Operation(operation, { report, location }) {
      const schemes = (operation.security ?? []).flatMap((alternative) => Object.keys(alternative));
      for (const pair of pairs) {
        const missing = pair.filter((scheme) => !schemes.includes(scheme));
        if (missing.length !== 1) continue;
        report({
          message: `${pair.join(" and ")} reach the same operations; ${missing[0]} is not listed.`,
          location: location.child("security").key(),
        });
      }
    },
  };
}
