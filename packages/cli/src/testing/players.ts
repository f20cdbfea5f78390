/** Players of a size that is usual, as many as are asked for, from the same numbers the same ones. */
export function* playerLines(count: number): Generator<string, void, undefined> {
  yield "ref,Mail,first_name,country,currency,Note\n";
  for (let n = 1; n <= count; n += 1) {
    yield `player_${n},player.${n}@example.com,"Ada ""${n}""",GB,GBP,"two\nlines, ${n}"\n`;
  }
}

/** What the columns above are. */
export const playerOptions = ["--type", "player", "--id", "ref", "--map", "Mail=email", "--map", "Note=note"];

/** Events of one player each. */
export function* eventLines(count: number, players: number): Generator<string, void, undefined> {
  yield "externalId,amount,currency,type,n,at\n";
  const at = new Date(Date.now() - 86_400_000).toISOString();
  for (let n = 1; n <= count; n += 1) yield `player_${1 + (n % players)},${n}.5,GBP,deposit,${n},${at}\n`;
}

export const eventOptions = [
  ...["--type", "transaction", "--occurred-at", "at"],
  ...["--map", "amount=amount:number", "--map", "n=n:number"],
];
