import { padded } from "../harness/load/plan.js";
import type { Stage } from "../harness/stage.js";
import { externalIdOf, player } from "./works.js";

type Player = ReturnType<typeof player>;

const batchItems = 1_000;

/** Makes the first so many players, in batches; `also` hears of each. */
export async function loadPlayers(
  { client, key }: Stage,
  count: number,
  also: (items: Player[]) => Promise<void> = async () => undefined,
): Promise<void> {
  for (let from = 1; from <= count; from += batchItems) {
    const items = Array.from({ length: batchItems }, (_, index) =>
      player(externalIdOf(padded(from + index))),
    );
    const path = "/operator-data-api/batch/entities";
    await client.sendAll([{ method: "POST", path, key, body: JSON.stringify(items) }], 1);
    await also(items);
  }
}
