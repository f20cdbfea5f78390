// What the CLI's README takes for granted, as its reader would have it, and what each of its blocks has to come to.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const lines = (folder, file) => readFileSync(join(folder, file), "utf8").trim().split("\n");
const objects = (folder, file) => lines(folder, file).map((line) => JSON.parse(line));

/** Files of the reader's own. */
export function giveFiles(folder) {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const players =
    "ref,Mail,Age,country,currency\nplayer_12345,ada@example.com,36,GB,GBP\nplayer_2,alan@example.com,41,GB,GBP\n";
  const deposit = {
    externalId: "player_12345",
    time: yesterday,
    type: "deposit",
    amount: 50,
    currency: "GBP",
  };
  writeFileSync(join(folder, "players.csv"), players);
  writeFileSync(join(folder, "deposits.ndjson"), `${JSON.stringify(deposit)}\n`);
}

/** A program of the reader's own, as a function of the shell. */
export const program = `generate() { echo '{"externalId":"game_1","entityType":"game","data":{"name":"Starburst"}}'; }`;

/** By the heading that a block stands under: what it left in its folder and said. */
export const checks = {
  "@onehazel/cli": ({ said }) => assert.match(said, /Usage: onehazel/),
  Credentials: ({ said, config }) => {
    assert.match(said, /operatorId +op_/);
    assert.deepEqual(readdirSync(config), []);
  },
  Import: ({ folder }) => {
    // Nothing failed, and what is done needs no checkpoint any more.
    assert.deepEqual(readdirSync(folder).sort(), ["deposits.ndjson", "players.csv"]);
  },
  Export: ({ folder, said }) => {
    const sealed = objects(folder, "entities.ndjson");
    assert.deepEqual(sealed.map(({ external_id }) => external_id).sort(), [
      "game_1",
      "player_12345",
      "player_2",
    ]);
    assert.match(sealed.find(({ external_id }) => external_id === "player_2").data.email, /^v1\./);
    assert.equal(lines(folder, "players.csv").length, 3);
    const [entity, ...rest] = objects(folder, "player_12345.ndjson");
    assert.deepEqual([entity.data.email, entity.data.age], ["ada@example.com", 36]);
    assert.ok(rest.some(({ type }) => type === "event"));
    assert.match(said, /"external_id":"player_2"/);
  },
  "Keys, erasure": ({ folder, said }) => {
    assert.match(readFileSync(join(folder, "new.key"), "utf8"), /^oh_live_[0-9a-f]{64}\n$/);
    assert.equal(statSync(join(folder, "new.key")).mode & 0o777, 0o600);
    assert.match(said, /erasureId +ers_/);
  },
};
