const counted = ["RateLimit-Policy", "RateLimit"];

/** Whatever is answered after a call was counted says where its window stands, and 429 when to come again. */
export function countedAnswers() {
  return {
    Operation(operation, { report, location, resolve }) {
      for (const [status, reference] of Object.entries(operation.responses ?? {})) {
        // These requests are rejected before they are counted: without a valid credential, or by the HTTP parser.
        if (status === "401" || status === "431") continue;
        const headers = Object.keys(resolve(reference).node?.headers ?? {});
        const wanted = status === "429" ? [...counted, "Retry-After"] : counted;
        const missing = wanted.filter((name) => !headers.includes(name));
        if (missing.length === 0) continue;
        const message = `${status} declares the header${missing.length > 1 ? "s" : ""} ${missing.join(" and ")}.`;
        report({ message, location: location.child(["responses", status]) });
      }
    },
  };
}
