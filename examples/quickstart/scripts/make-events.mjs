// Writes events.csv: what the players of players.csv did. The same bytes on every run and machine; with --check it writes
// nothing and fails if the file differs.
import { readFile, writeFile } from "node:fs/promises";
import { allLocales, Faker } from "@faker-js/faker";
import { parse } from "csv-parse/sync";

const eventsCount = 200;
const seed = 20260407;
const happenedFrom = "2026-01-01T00:00:00.000Z";
const happenedTo = "2026-04-06T00:00:00.000Z";
const columns = ["ref", "external_id", "event_type", "occurred_at", "data"];

const dice = new Faker({ locale: allLocales.en, seed });
const players = parse(await readFile(new URL("../players.csv", import.meta.url)), { columns: true });
const rows = Array.from({ length: eventsCount }, (_, index) => event(index));
// One came twice, as it does.
rows.push(rows[17]);
await publish(`${[columns, ...rows].map((cells) => cells.map(quote).join(",")).join("\n")}\n`);

/** The cells of one event, in the columns' order; the first is a deposit of the first player. */
function event(index) {
  const player = index === 0 ? players[0] : dice.helpers.arrayElement(players);
  const type =
    index === 0 ? "transaction" : dice.helpers.arrayElement(["transaction", "game_activity", "session"]);
  const from = player.registration_date > happenedFrom ? player.registration_date : happenedFrom;
  return [
    `evt-${String(index + 1).padStart(5, "0")}`,
    player.external_id,
    type,
    index === 0 ? happenedTo : dice.date.between({ from, to: happenedTo }).toISOString(),
    JSON.stringify(dataOf(type, player)),
  ];
}

function dataOf(type, { currency }) {
  const amount = dice.number.int({ min: 100, max: 50_000 }) / 100;
  if (type === "transaction") {
    return { type: dice.helpers.arrayElement(["deposit", "withdrawal"]), amount, currency };
  }
  if (type === "game_activity") {
    return { game_id: `game_${dice.number.int({ min: 0, max: 499 })}`, bet_amount: amount };
  }
  return { device: dice.helpers.arrayElement(["mobile", "desktop"]) };
}

/** RFC 4180: quotes only where a comma, a quote or a line's end asks for them. */
function quote(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

async function publish(text) {
  const file = new URL("../events.csv", import.meta.url);
  if (!process.argv.includes("--check")) return writeFile(file, text);
  if ((await readFile(file, "utf8").catch(() => undefined)) === text) return;
  console.error("events.csv is not what scripts/make-events.mjs makes: run it and commit the file.");
  process.exitCode = 1;
}
