const keys = /\b(oh_(?:live|platform)_)[0-9A-Za-z]+/g;
const bearer = /\bBearer\s+[^\s"',]+/gi;
const snippetCharactersMax = 200;

/** `text` without API keys and bearer tokens. */
export function redact(text: string): string {
  return text.replace(bearer, "Bearer [redacted]").replace(keys, "$1[redacted]");
}

/**
 * The beginning of a reply that was not JSON, fit for a log: keys are cut out. Of what looks like JSON only the size is
 * told, because a damaged answer of ours can carry personal data in clear.
 */
export function snippetOf(text: string): string {
  const start = text.trimStart();
  if (/^["[{]/.test(start)) return `[${text.length} characters of unreadable JSON, withheld]`;
  return redact(start.slice(0, snippetCharactersMax));
}
