import { ArgumentError } from "./errors.js";

/** Which of the two kinds of key a client takes. */
export type CredentialKind = "operator" | "platform";

const forms: Readonly<Record<CredentialKind, { readonly prefix: string; readonly client: string }>> = {
  operator: { prefix: "oh_live_", client: "OneHazel" },
  platform: { prefix: "oh_platform_", client: "OneHazelPlatform" },
};

/** @throws ArgumentError if the key has not the form of its kind. The message never shows the key. */
export function checkApiKey(kind: CredentialKind, apiKey: string): string {
  const { prefix, client } = forms[kind];
  const other = forms[kind === "operator" ? "platform" : "operator"];
  if (typeof apiKey !== "string" || apiKey === "")
    throw new ArgumentError(`apiKey is required: ${form(prefix)}`);
  if (apiKey.startsWith(other.prefix)) {
    throw new ArgumentError(
      `apiKey is of the other kind: ${client} takes ${prefix}…, use ${other.client} for this one`,
    );
  }
  if (!apiKey.startsWith(prefix) || !/^[0-9a-f]{64}$/.test(apiKey.slice(prefix.length))) {
    throw new ArgumentError(`apiKey is malformed: ${form(prefix)}`);
  }
  return apiKey;
}

function form(prefix: string): string {
  return `${prefix} and 64 lower-case hexadecimal characters`;
}
