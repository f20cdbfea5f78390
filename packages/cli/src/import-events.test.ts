import { readFile, rename, stat } from "node:fs/promises";
import type { OneHazel } from "@onehazel/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startWorkplace, type Workplace } from "./testing/harness.js";
import { eventLines, eventOptions } from "./testing/players.js";

let work: Workplace;
let client: OneHazel;
let env: Record<string, string>;
let files = 0;
const players = 3;
beforeAll(async () => {
  work = await startWorkplace();
});
afterAll(() => work.stop());
beforeEach(async () => {
  ({ client, env } = await work.newOperator());
  files += 1;
});

async function addPlayer(n: number): Promise<void> {
  const data = { email: "a@example.com", country: "GB", currency: "GBP" };
  await client.entities.upsert({ entityType: "player", externalId: `player_${n}`, data });
}
const write = (content: string) => work.write(`events-${files}.csv`, content);
const run = (args: readonly string[]) => work.run([...args, "--json"], { env });
const events = (file: string, ...more: string[]) => run(["events", "import", file, ...eventOptions, ...more]);

async function countEvents(): Promise<number> {
  let count = 0;
  for (let n = 1; n <= players; n += 1)
    for await (const { data } of client.events.list(`player_${n}`, { limit: 200 }).pages())
      count += data.length;
  return count;
}

describe("a file of events that is imported again", () => {
  const rows = 2_500;

  it("stores nothing twice, under whatever name, and says so; --record-again stores it", async () => {
    for (let n = 1; n <= players; n += 1) await addPlayer(n);
    const file = await write([...eventLines(rows, players)].join(""));
    const cut = ["--checkpoint-every", "1000"];
    const first = await events(file, ...cut);
    expect([first.code, first.json()]).toMatchObject([0, { succeeded: rows, failed: 0, recordedBefore: 0 }]);
    await expect(stat(`${file}.checkpoint`)).rejects.toThrow("ENOENT");
    const again = await events(file, ...cut);
    expect([again.code, again.json()]).toMatchObject([0, { succeeded: rows, recordedBefore: rows }]);
    expect(again.stderr).toContain(
      `${rows} events were recorded by an import of the same rows in the last 24 hours`,
    );
    await rename(file, work.path("renamed.csv"));
    const renamed = await events(work.path("renamed.csv"), ...cut, "--no-checkpoint");
    expect(renamed.json()).toMatchObject({ succeeded: rows, recordedBefore: rows });
    const input = await readFile(work.path("renamed.csv"), "utf8");
    const args = ["events", "import", "-", "--format", "csv", ...eventOptions, ...cut, "--json"];
    expect((await work.run(args, { env, input })).json()).toMatchObject({ recordedBefore: rows });
    expect(await countEvents()).toBe(rows);
    const wanted = await events(work.path("renamed.csv"), ...cut, "--record-again");
    expect(wanted.json()).toMatchObject({ succeeded: rows, recordedBefore: 0 });
    expect(await countEvents()).toBe(2 * rows);
  });

  it("records events that failed before and succeed now, once", async () => {
    await addPlayer(1);
    await addPlayer(2);
    const file = await write([...eventLines(900, players)].join(""));
    const first = await events(file);
    expect([first.code, first.json()]).toMatchObject([3, { succeeded: 600, failed: 300 }]);
    const unchanged = await events(file);
    expect([unchanged.code, unchanged.json()]).toMatchObject([
      3,
      { succeeded: 600, failed: 300, recordedBefore: 600 },
    ]);
    await addPlayer(3);
    const mended = await events(file);
    expect([mended.code, mended.json()]).toMatchObject([
      0,
      { succeeded: 900, failed: 0, recordedBefore: 600 },
    ]);
    expect((await events(file)).json()).toMatchObject({ succeeded: 900, recordedBefore: 900 });
    expect(await countEvents()).toBe(900);
  });

  it("counts as another file with another row or other options", async () => {
    for (let n = 1; n <= players; n += 1) await addPlayer(n);
    const lines = [...eventLines(30, players)];
    const file = await write(lines.join(""));
    expect((await events(file)).json()).toMatchObject({ succeeded: 30 });
    await write(lines.map((line) => line.replace(",7,", ",70,")).join(""));
    expect((await events(file)).json()).toMatchObject({ succeeded: 30, recordedBefore: 0 });
    await write(lines.join(""));
    expect((await events(file, "--map", "at=at")).json()).toMatchObject({
      succeeded: 30,
      recordedBefore: 0,
    });
  });

  it("entities are written each time: they may have changed since", async () => {
    const file = await write("externalId,name\ng1,Dice\n");
    const args = ["entities", "import", file, "--type", "game"];
    expect((await run(args)).code).toBe(0);
    await client.entities.upsert({ entityType: "game", externalId: "g1", data: { name: "Cards" } });
    expect((await run(args)).json()).toMatchObject({ succeeded: 1, recordedBefore: 0 });
    expect((await client.entities.get("g1")).data).toEqual({ name: "Dice" });
  });
});

describe("times of events", () => {
  const year = new Date().getUTCFullYear() - 1;
  const times = async () =>
    (await client.events.list("player_1").toArray({ limit: 50 }))
      .map(({ occurred_at }) => occurred_at)
      .sort();
  const importTimes = async (column: readonly string[], ...options: string[]) => {
    await addPlayer(1);
    const file = await write(`externalId,at\n${column.map((time) => `player_1,${time}\n`).join("")}`);
    return run(["events", "import", file, "--type", "session", "--occurred-at", "at", ...options]);
  };

  it("are read in their format and zone", async () => {
    const pattern = ["--time-format", "dd/MM/yyyy HH:mm", "--timezone", "Europe/Berlin"];
    const ran = await importTimes([`06/07/${year} 12:00`, `06/01/${year} 12:00`], ...pattern);
    expect([ran.code, ran.json()]).toMatchObject([0, { succeeded: 2 }]);
    expect(await times()).toEqual([`${year}-01-06T11:00:00.000Z`, `${year}-07-06T10:00:00.000Z`]);
  });

  it("are numbers in NDJSON too", async () => {
    await addPlayer(1);
    const at = Date.UTC(year, 3, 6, 12);
    const line = JSON.stringify({
      externalId: "player_1",
      eventType: "session",
      occurredAt: at / 1_000,
      data: {},
    });
    const file = await work.write(`events-${files}.ndjson`, `${line}\n`);
    expect((await run(["events", "import", file, "--time-format", "unix"])).json()).toMatchObject({
      succeeded: 1,
    });
    expect(await times()).toEqual([new Date(at).toISOString()]);
  });

  it("that are invalid fail their rows, and the other rows are stored", async () => {
    const ran = await importTimes(["tomorrow", `${Date.UTC(year, 3, 6, 12)}`], "--time-format", "unix-ms");
    expect([ran.code, ran.json()]).toMatchObject([3, { succeeded: 1, failed: 1 }]);
    expect(ran.stderr).toContain(
      'row 1, line 2: VALIDATION_FAILED: The column "at" is no number of milliseconds',
    );
    expect(ran.stderr).not.toContain("tomorrow");
  });

  it("without a required time zone are rejected before anything is sent", async () => {
    const ran = await importTimes(["06/07/2025"], "--time-format", "dd/MM/yyyy");
    expect([ran.code, ran.json()]).toMatchObject([
      2,
      { error: { message: expect.stringContaining("add --timezone") } },
    ]);
    expect(await times()).toEqual([]);
  });
});

describe("--type of a type that the template lacks", () => {
  it.each([
    ["entities", "unicorn", "game, operator, player"],
    ["events", "player", "affiliate"],
    ["events", "unicorn", "transaction"],
  ])(
    "stops %s import --type %s before anything is sent, and names those that there are",
    async (what, type, known) => {
      const file = await write("externalId,name\ng1,Dice\n");
      for (const more of [[], ["--dry-run"]]) {
        const ran = await run([what, "import", file, "--type", type, ...more]);
        expect(ran.code).toBe(2);
        const { message } = ran.json<{ error: { message: string } }>().error;
        expect(message).toContain(`type "${type}"`);
        for (const name of known.split(", ")) expect(message).toContain(name);
      }
      await expect(stat(`${file}.checkpoint`)).rejects.toThrow("ENOENT");
      expect(await client.batch.jobs.list().toArray({ limit: 1 })).toEqual([]);
    },
  );
});
