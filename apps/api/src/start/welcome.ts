import type { Demo } from "./demo.js";

/** Tells a newcomer what to type next. The key stays in its file: screens are looked at and recorded. */
export function welcome({ file, works }: Demo, baseUrl: string, say: (message: string) => void): void {
  if (!works) {
    say(
      `The demo's keys in ${file} do not work any more: they were rotated or revoked, or their operator is suspended. ` +
        "Everything is still there. Without that file the next start makes another demo.\n",
    );
    return;
  }
  const key = `$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).operatorKey' ${quoted(file)})`;
  const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
  const body = JSON.stringify({ entityType: "player", externalId: "player_1", data: player });
  say(`Demo credentials are in ${file}. Try:\n`);
  say(
    `curl ${baseUrl}/operator-data-api/entities -H "Authorization: Bearer ${key}" ` +
      `-H 'Content-Type: application/json' -d ${quoted(body)}\n`,
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
