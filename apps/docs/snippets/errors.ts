import { isAPIError, isConnectionError, isOneHazelError, isRateLimitError, OneHazel } from "@onehazel/sdk";

const client = new OneHazel({
  apiKey: process.env.ONEHAZEL_API_KEY!,
  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",
});
let shown = 0;
const show = (field: string, message: string) => {
  shown += 1;
  console.log(`${field}: ${message}`);
};

// region handle
try {
  await client.entities.upsert({ entityType: "player", externalId: "player_1", data: { country: "GB" } });
} catch (error) {
  if (isAPIError(error, "MISSING_FIELDS") || isAPIError(error, "VALIDATION_FAILED")) {
    for (const { field, message } of error.details ?? []) show(field, message); // every fault at once
  } else if (isRateLimitError(error)) {
    console.log(`again at ${error.resetAt?.toISOString()}`);
  } else if (isConnectionError(error)) {
    console.log("the server was not reached");
  } else {
    if (isOneHazelError(error)) console.log(error.requestId, error.attempts, error.isRetryable);
    throw error;
  }
}
// endregion
if (shown !== 2) throw new Error(`${shown} faults were shown`);
