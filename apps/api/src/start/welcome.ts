/** Tells a newcomer what to type next. The key stays in its file: screens are looked at and recorded. */
export function welcome(credentialsFile: string, baseUrl: string, say: (message: string) => void): void {
  const key = `$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).operatorKey' ${quoted(credentialsFile)})`;
  const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
  const body = JSON.stringify({ entityType: "player", externalId: "player_1", data: player });
  say(`Demo credentials are in ${credentialsFile}. Try:\n`);
  say(
    `curl ${baseUrl}/operator-data-api/entities -H "Authorization: Bearer ${key}" ` +
      `-H 'Content-Type: application/json' -d ${quoted(body)}\n`,
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
