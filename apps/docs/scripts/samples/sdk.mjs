import { calls } from "./calls.mjs";
import { literal } from "./literal.mjs";
import { examplesOf } from "./spec.mjs";

const clients = {
  client: ["OneHazel", "ONEHAZEL_API_KEY"],
  platform: ["OneHazelPlatform", "ONEHAZEL_PLATFORM_KEY"],
};

/** A program of a few lines that calls the operation with the examples of the spec. */
export function sdkSample(operation) {
  const call = calls[operation.id];
  if (call === undefined) {
    throw new Error(`scripts/samples/calls.mjs does not say which method of the SDK ${operation.id} is`);
  }
  const name = operation.platform ? "platform" : "client";
  const [type, variable] = clients[name];
  return [
    `import { ${type} } from "@onehazel/sdk";`,
    "",
    `const ${name} = new ${type}({`,
    `  apiKey: process.env.${variable}!,`,
    '  baseUrl: process.env.ONEHAZEL_BASE_URL ?? "http://localhost:8080",',
    "});",
    "",
    filled(call, operation),
    "",
  ].join("\n");
}

function filled(call, operation) {
  const body = operation.body?.example;
  const query = examplesOf(operation, "query");
  const values = { ...examplesOf(operation, "path"), query, body, value: body?.value ?? body };
  return call.replaceAll(/\$(\w+)(?:\.(\w+))?/g, (_, name, field) => {
    const value = field === undefined ? values[name] : values[name]?.[field];
    if (value === undefined) throw new Error(`the spec has no example for $${name} of ${operation.id}`);
    return literal(value, "", call.indexOf(`$${name}`));
  });
}
