import { ArgumentError } from "./errors.js";

/** Which of the two kinds of key a client takes. */
export type CredentialKind = "operator" | "platform";

interface Form {
  readonly prefix: string;
  readonly client: string;
  /** Who makes such keys. */
  readonly maker: string;
}

const forms: Readonly<Record<CredentialKind, Form>> = {
  operator: { prefix: "oh_live_", client: "OneHazel", maker: "your platform" },
  platform: { prefix: "oh_platform_", client: "OneHazelPlatform", maker: "the server's platform:create" },
};

/** @throws ArgumentError if the key has not the form of its kind. The message never shows the key. */
export function checkApiKey(kind: CredentialKind, apiKey: string): string {
  const { prefix, client, maker } = forms[kind];
  const other = forms[kind === "operator" ? "platform" : "operator"];
  const key = String(apiKey ?? "");
  if (key === "")
    throw new ArgumentError(`apiKey is missing: ${client} takes ${prefix}…, which ${maker} makes`);
  if (key.startsWith(other.prefix)) {
    throw new ArgumentError(
      `apiKey is of the other kind: ${client} takes ${prefix}…, use ${other.client} for this one`,
    );
  }
  if (key.startsWith(prefix) && /^[0-9a-f]{64}$/.test(key.slice(prefix.length))) return key;
  throw new ArgumentError(`apiKey must be ${prefix} and 64 lower-case hexadecimal characters`);
}
