import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import type { OneHazel } from "@onehazel/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorkplace, type Workplace } from "./testing/harness.js";
import { eventLines, eventOptions, playerLines, playerOptions } from "./testing/players.js";
import { startCli } from "./testing/processes.js";

let work: Workplace;
beforeAll(async () => {
  work = await startWorkplace();
});
afterAll(() => work.stop());

// What must be met on its way gets its input through a pipe: it can't come to its end before we let it, however late we look.

/** A CSV parser looks at what follows a line before it gives it. */
const more = 10;

/** Rows settled by a checkpoint; 0 before there is one. */
async function settled(path: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? 0 : JSON.parse(text).rows;
}

async function countEvents(client: OneHazel, players: number): Promise<number[]> {
  const seen: number[] = [];
  for (let n = 1; n <= players; n += 1) {
    for await (const { data } of client.events.list(`player_${n}`, { limit: 200 }))
      seen.push(data.n as number);
  }
  return seen.sort((a, b) => a - b);
}

describe("an import that is killed again and again", () => {
  it("records every event once, and names every failed row once", async () => {
    const players = 3;
    const rows = 6_000;
    const { client, env } = await work.newOperator();
    for (let n = 1; n <= players; n += 1) {
      const data = { email: "a@example.com", country: "GB", currency: "GBP" };
      await client.entities.upsert({ entityType: "player", externalId: `player_${n}`, data });
    }
    // Every thousandth is of somebody who is not there.
    const lines = [...eventLines(rows, players)].map((line, n) =>
      n % 1_000 === 999 ? line.replace(/^[^,]+/, "nobody") : line,
    );
    const file = work.path("events.csv");
    const failed = work.path("events-failed.csv");
    const checkpoint = `${file}.checkpoint`;
    const args = [
      ...["events", "import", file, ...eventOptions, "--json"],
      ...["--checkpoint-every", "500", "--failed", failed],
    ];
    // A pipe with a name stands where the file will be.
    execFileSync("mkfifo", [file]);
    for (let mark = 500; mark < rows; mark += 1_500) {
      const running = startCli(args, env);
      const pipe = createWriteStream(file).on("error", () => undefined);
      const given = 1 + mark + more;
      pipe.write(lines.slice(0, given).join(""));
      await expect.poll(() => settled(checkpoint), { interval: 2, timeout: 60_000 }).toBe(mark);
      const earlier = await readFile(checkpoint);
      pipe.write(lines.slice(given, given + 500).join(""));
      await expect.poll(() => settled(checkpoint), { interval: 2, timeout: 60_000 }).toBeGreaterThan(mark);
      running.kill("SIGKILL");
      expect(await running.ended).toBe("SIGKILL");
      pipe.destroy();
      // As if the kill had come between what was stored and its checkpoint.
      await writeFile(checkpoint, earlier);
    }
    await rm(file);
    await work.write("events.csv", lines.join(""));
    const last = await work.run(args, { env });
    expect([last.code, last.json()]).toMatchObject([3, { rows, succeeded: rows - 6, failed: 6 }]);
    expect(last.json<{ resumedAfter: number }>().resumedAfter).toBeGreaterThan(0);
    const expected = Array.from({ length: rows }, (_, n) => n + 1).filter((n) => n % 1_000 !== 999);
    expect(await countEvents(client, players)).toEqual(expected);
    const named = (await readFile(failed, "utf8")).trimEnd().split("\n").slice(1);
    expect(named.map((line) => line.split(",")[0])).toEqual(Array(6).fill("nobody"));
    expect(named.map((line) => /,(\d+),ENTITY_NOT_FOUND/.exec(line)?.[1])).toEqual(
      Array.from({ length: 6 }, (_, n) => String(n * 1_000 + 999)),
    );
    await expect(stat(checkpoint)).rejects.toThrow("ENOENT");
  });
});

describe("Ctrl-C", () => {
  it("stops with the checkpoint written, and the next run goes on from there", async () => {
    const { client, env } = await work.newOperator();
    const rows = 20_000;
    const lines = [...playerLines(rows)];
    const checkpoint = work.path("stopped.checkpoint");
    const args = [
      ...["entities", "import", "-", "--format", "csv", ...playerOptions, "--json"],
      ...["--checkpoint", checkpoint, "--checkpoint-every", "1000"],
    ];
    const running = startCli(args, env, null);
    running.stdin.write(lines.slice(0, -more).join(""));
    await expect.poll(() => settled(checkpoint), { interval: 5, timeout: 60_000 }).toBeGreaterThan(0);
    running.kill("SIGINT");
    expect(await running.ended).toBe(130);
    const reached = await settled(checkpoint);
    expect(JSON.parse(running.stdout())).toMatchObject({ error: { code: "INTERRUPTED" }, rows: reached });
    expect(reached).toBeLessThan(rows);

    const rest = await work.run(args, { env, input: lines.join("") });
    expect([rest.code, rest.json()]).toMatchObject([0, { rows, succeeded: rows, resumedAfter: reached }]);
    for (const n of [1, reached, reached + 1, rows]) {
      expect((await client.entities.get(`player_${n}`)).data).toMatchObject({
        email: `player.${n}@example.com`,
      });
    }
  });

  it("ends the wait for standard input too", async () => {
    const checkpoint = work.path("stdin.checkpoint");
    const args = [
      "entities",
      "import",
      "-",
      "--format",
      "csv",
      ...playerOptions,
      "--checkpoint",
      checkpoint,
      "--json",
    ];
    const running = startCli(args, work.env, null);
    running.stdin.write([...playerLines(10)].join(""));
    await expect
      .poll(
        () =>
          stat(checkpoint).then(
            () => true,
            () => false,
          ),
        { timeout: 60_000 },
      )
      .toBe(true);
    running.kill("SIGINT");
    expect(await running.ended).toBe(130);
  });
});

describe("a server that is killed and started again", () => {
  it("costs an import nothing but time", async () => {
    const { client, env } = await work.newOperator();
    const rows = 12_000;
    const lines = [...playerLines(rows)];
    const checkpoint = work.path("restarted.checkpoint");
    const args = [
      ...["entities", "import", "-", "--format", "csv", ...playerOptions, "--json"],
      ...["--checkpoint", checkpoint, "--checkpoint-every", "1000"],
    ];
    const running = startCli(args, env, null);
    running.stdin.write(lines.slice(0, -more).join(""));
    await expect.poll(() => settled(checkpoint), { interval: 2, timeout: 60_000 }).toBeGreaterThan(0);
    await work.restartServer();
    running.stdin.end(lines.slice(-more).join(""));
    expect([await running.ended, running.stderr()]).toMatchObject([0, expect.any(String)]);
    expect(JSON.parse(running.stdout())).toMatchObject({ rows, succeeded: rows, failed: 0, resumedAfter: 0 });
    for (const n of [1, rows])
      expect((await client.entities.get(`player_${n}`)).data).toMatchObject({ country: "GB" });
  });
});

describe("a checkpoint", () => {
  it("is refused for another input, other options, another operator", async () => {
    const { env } = await work.newOperator();
    const lines = [...playerLines(3_000)];
    const checkpoint = work.path("mine.checkpoint");
    const args = [
      ...["entities", "import", "-", "--format", "csv", ...playerOptions, "--json"],
      ...["--checkpoint", checkpoint, "--checkpoint-every", "500"],
    ];
    const running = startCli(args, env, null);
    running.stdin.write(lines.slice(0, -more).join(""));
    await expect.poll(() => settled(checkpoint), { interval: 2, timeout: 60_000 }).toBeGreaterThan(0);
    running.kill("SIGKILL");
    expect(await running.ended).toBe("SIGKILL");

    const input = lines.join("");
    expect((await work.run([...args, "--map", "currency=money"], { env, input })).json()).toMatchObject({
      error: { code: "USAGE", message: expect.stringContaining("another options") },
    });
    const { env: other } = await work.newOperator();
    expect((await work.run(args, { env: other, input })).json()).toMatchObject({
      error: { code: "USAGE", message: expect.stringContaining("another operator") },
    });
    const changed = lines.map((line) => line.replace("player.2@", "someone@")).join("");
    expect((await work.run(args, { env, input: changed })).json()).toMatchObject({
      error: { message: expect.stringContaining("does not begin with") },
    });
    const file = await work.write("mine.csv", input);
    const ofFile = args.map((arg) => (arg === "-" ? file : arg));
    expect((await work.run(ofFile, { env })).json()).toMatchObject({
      error: { code: "USAGE", message: expect.stringContaining("another input") },
    });
    expect((await work.run(args, { env, input })).json()).toMatchObject({ rows: 3_000, succeeded: 3_000 });
  });
});
