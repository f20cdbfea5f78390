import { readFile, stat } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorkplace, type Workplace } from "./testing/harness.js";

const people = 450;
let work: Workplace;
beforeAll(async () => {
  work = await startWorkplace();
  const data = {
    email: "ada@example.com",
    country: "GB",
    currency: "GBP",
    limits: { daily: 5 },
    first_name: 'A "B"\nC',
  };
  await work.client.batch.entities(
    Array.from({ length: people }, (_, n) => ({ entityType: "player", externalId: `player_${n}`, data })),
  );
  await work.client.entities.upsert({ entityType: "game", externalId: "game_1", data: { name: "Dice" } });
  await work.client.events.record("player_1", { eventType: "session", data: { device: "phone" } });
});
afterAll(() => work.stop());

describe("entities export", () => {
  it("writes every entity as NDJSON, personal fields sealed", async () => {
    const ran = await work.run(["entities", "export"]);
    const lines = ran.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(ran.code).toBe(0);
    expect(new Set(lines.map((line) => line.external_id)).size).toBe(people + 1);
    expect(ran.stdout).not.toContain("ada@example.com");
    expect(lines.at(-1).data.email).toMatch(/^v1\./);
  });

  it("writes CSV with a column for each field of the template, and one for all others", async () => {
    const output = work.path("players.csv");
    const ran = await work.run([
      "entities",
      "export",
      "--type",
      "player",
      "--format",
      "csv",
      "--output",
      output,
      "--json",
    ]);
    expect(ran.json()).toEqual({ lines: people, output });
    expect((await stat(output)).mode & 0o777).toBe(0o600);
    const rows: Record<string, string>[] = parse(await readFile(output), { columns: true });
    expect(rows).toHaveLength(people);
    expect(rows[0]).toMatchObject({
      entity_type: "player",
      country: "GB",
      other_data: '{"limits":{"daily":5}}',
    });
    expect(rows[0]?.email).toMatch(/^v1\./);
  });

  it("writes everything about one subject in clear", async () => {
    const ran = await work.run(["entities", "export", "--subject", "player_1"]);
    const lines = ran.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(["entity", "event"]);
    expect(lines[0].data.email).toBe("ada@example.com");
    const [entry] = await work.client.auditLog.list({ action: "entity.export" }).toArray({ limit: 1 });
    expect(entry?.target.id).toMatch(/^ent_/);
  });

  it("writes what changed since a moment, oldest first, and what was erased", async () => {
    await work.client.entities.upsert({ entityType: "game", externalId: "kept", data: { name: "Kept" } });
    await work.client.entities.upsert({ entityType: "game", externalId: "gone", data: { name: "Gone" } });
    const { id } = await work.client.entities.get("gone");
    await work.client.entities.delete("gone");
    const { updated_at } = await work.client.entities.get("kept");
    const ran = await work.run(["entities", "export", "--updated-since", updated_at]);
    const lines = ran.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-2)).toMatchObject({ external_id: "kept" });
    expect(lines.at(-1)).toEqual({ id, erased_at: expect.any(String) });
    const asCsv = await work.run(["entities", "export", "--updated-since", updated_at, "--format", "csv"]);
    expect([asCsv.code, asCsv.stdout]).toEqual([2, ""]);
  });

  it("leaves no file of what is not there", async () => {
    const output = work.path("nobody.ndjson");
    const ran = await work.run(["entities", "export", "--subject", "nobody", "--output", output, "--json"]);
    expect([ran.code, ran.json()]).toMatchObject([1, { error: { code: "ENTITY_NOT_FOUND" } }]);
    for (const path of [output, `${output}.partial`]) await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  it.each([
    [["--json"]],
    [["--subject", "a", "--format", "csv"]],
    [["--subject", "a", "--type", "player"]],
    [["--type", "unicorn", "--format", "csv"]],
  ])("refuses %j", async (options) => {
    const ran = await work.run(["entities", "export", ...options]);
    expect(ran.code).toBe(2);
  });
});
