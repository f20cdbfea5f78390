// region connect
import { OneHazel, OneHazelPlatform } from "@onehazel/sdk";

const baseUrl = process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080";
const platform = new OneHazelPlatform({ apiKey: process.env.ONEHAZEL_PLATFORM_KEY!, baseUrl });
// endregion

// region create
const operator = await platform.operators.create({
  name: "Lucky Spin Casino",
  plan: "professional",
  industry: "igaming",
  contactEmail: "ops@luckyspin.example.com",
});
const { key } = await platform.operators.apiKeys.create(operator.id, { label: "First key" });
// Hand the key over now: it is shown once.
// endregion

// region limits
await platform.operators.update(operator.id, {
  configuration: { rateLimits: { batch: 600, read: 12_000 } },
});
// endregion

// region suspend
const { suspendedAt } = await platform.operators.suspend(operator.id);
console.log(suspendedAt); // its keys answer 401 AUTH_SUSPENDED from the next request on
await platform.operators.reactivate(operator.id);
// endregion
if (suspendedAt === null) throw new Error("not suspended");

// region find
for await (const { id, name, status } of platform.operators.list({ q: "lucky", status: "active" })) {
  console.log(id, name, status);
}
// endregion

// region audit
for await (const { at, action, target } of platform.auditLog.list({ targetId: operator.id })) {
  console.log(at, action, target?.id);
}
// endregion

const asOperator = new OneHazel({ apiKey: key, baseUrl });
if ((await asOperator.settings.get()).template !== null) throw new Error("a new operator has no template");
