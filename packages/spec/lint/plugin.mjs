// Our rules for the spec, one a file. Each has a broken document in src/lint.test.ts.
import { bounds } from "./rules/bounds.mjs";
import { closedObjects } from "./rules/closed-objects.mjs";
import { countedAnswers } from "./rules/counted-answers.mjs";
import { declaredErrors } from "./rules/declared-errors.mjs";
import { examples } from "./rules/examples.mjs";
import { idempotencyKey } from "./rules/idempotency-key.mjs";
import { operationId } from "./rules/operation-id.mjs";
import { rateLimit } from "./rules/rate-limit.mjs";
import { securityStated } from "./rules/security-stated.mjs";
import { sessionBesideKey } from "./rules/session-beside-key.mjs";

/** The plugin that redocly.yaml loads; its rules are named `onehazel/…` there. */
export default function onehazel() {
  return {
    id: "onehazel",
    rules: {
      oas3: {
        "operation-id": operationId,
        "security-stated": securityStated,
        "session-beside-key": sessionBesideKey,
        "rate-limit": rateLimit,
        "idempotency-key": idempotencyKey,
        "declared-errors": declaredErrors,
        "counted-answers": countedAnswers,
        bounds,
        "closed-objects": closedObjects,
        examples,
      },
    },
  };
}
