import { rateLimitCategories } from "../rate-limit-categories.mjs";

/** Every operation names the category that its calls are counted in. */
export function rateLimit() {
  return {
    Operation(operation, { report, location }) {
      if (rateLimitCategories.includes(operation["x-rate-limit"])) return;
      const message = `\`x-rate-limit\` is one of ${rateLimitCategories.join(", ")}.`;
      report({ message, location: location.child("x-rate-limit").key() });
    },
  };
}
