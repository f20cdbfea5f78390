import { OneHazel, RateLimitError } from "@onehazel/sdk";
import { rateLimits } from "@onehazel/spec";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startApi, type TestApi } from "./harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ limits: { quotas: { ...rateLimits.quotas, management: 2 } } });
});
afterAll(() => api.stop());

it("the SDK reads what the server says of a window, and of its end", async () => {
  const { key } = await api.createOperator(api.ours, { template: false });
  const client = new OneHazel({ apiKey: key, baseUrl: api.baseUrl, retries: 0 });
  const { rateLimit } = await client.settings.get().withResponse();
  expect(rateLimit).toMatchObject({ category: "management", limit: 2, windowMs: 60_000, remaining: 1 });
  expect(rateLimit?.resetAfterMs).toBeGreaterThan(0);

  await client.settings.get();
  const error = await client.settings.get().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RateLimitError);
  const { retryAfterMs, resetAt } = error as RateLimitError;
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  expect(resetAt?.getTime()).toBeLessThanOrEqual(Date.now() + (retryAfterMs ?? 0));
});
