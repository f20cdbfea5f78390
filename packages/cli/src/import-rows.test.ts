import { readFile, stat } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorkplace, type Workplace } from "./testing/harness.js";
import { playerLines, playerOptions } from "./testing/players.js";
import { startCli } from "./testing/processes.js";

let work: Workplace;
beforeAll(async () => {
  work = await startWorkplace();
});
afterAll(() => work.stop());

const header = "externalId,email,country,currency,vip_level";
const ada = { email: "ada@example.com", country: "GB", currency: "GBP" };
const players = ["entities", "import", "--type", "player", "--json"];

describe("entities import", () => {
  it("stores quoted values, values of several lines, and columns under other names", async () => {
    const file = await work.write("players.csv", [...playerLines(1_234)].join(""));
    const ran = await work.run(["entities", "import", file, ...playerOptions, "--json"]);
    expect(ran.json()).toMatchObject({ rows: 1_234, succeeded: 1_234, failed: 0, resumedAfter: 0 });
    expect(ran.code).toBe(0);
    expect((await work.client.entities.get("player_77")).data).toEqual({
      email: "player.77@example.com",
      first_name: 'Ada "77"',
      country: "GB",
      currency: "GBP",
      note: "two\nlines, 77",
    });
    await expect(stat(`${file}.checkpoint`)).rejects.toThrow("ENOENT");
  });

  it("takes a byte order mark, CRLF, other delimiters, and standard input", async () => {
    const input = `\uFEFF${header}\r\nbom_1,ada@example.com,GB,GBP,\r\n\r\nbom_2,bob@example.com,GB,GBP,gold`;
    const ran = await work.run([...players, "-", "--format", "csv", "--delimiter", ";"], {
      input: input.replaceAll(",", ";"),
    });
    expect(ran.json()).toMatchObject({ rows: 2, succeeded: 2 });
    expect((await work.client.entities.get("bom_1")).data).toEqual(ada);
    expect((await work.client.entities.get("bom_2")).data).toMatchObject({ vip_level: "gold" });
  });

  it("takes NDJSON, flat or in the API's own shape", async () => {
    const lines = [
      { externalId: "nd_1", ...ada, score: 1.5, tags: ["a"], empty: "" },
      { externalId: "nd_2", entityType: "player", data: { ...ada, externalId: "mine" } },
      { external_id: 7_000, ...ada },
    ];
    const file = await work.write("players.ndjson", lines.map((line) => JSON.stringify(line)).join("\n"));
    expect((await work.run([...players, file])).json()).toMatchObject({ rows: 3, succeeded: 3 });
    expect((await work.client.entities.get("nd_1")).data).toEqual({
      ...ada,
      score: 1.5,
      tags: ["a"],
      empty: "",
    });
    expect((await work.client.entities.get("nd_2")).data).toEqual({ ...ada, externalId: "mine" });
    expect((await work.client.entities.get("7000")).data).toEqual(ada);
  });

  it("makes numbers, truth and JSON of columns that are said to be", async () => {
    const file = await work.write(
      "typed.csv",
      `id,mail,country,currency,n,b,j,constructor,__proto__\ntyped,a@example.com,GB,GBP,1.50,yes,"{""x"":[1]}",c,p\nno,a@example.com,GB,GBP,9007199254740993,yes,1,c,p\n`,
    );
    const maps = ["mail=email", "n=n:number", "b=b:boolean", "j=j:json", "country=country"];
    const ran = await work.run([...players, file, "--id", "id", ...maps.flatMap((map) => ["--map", map])]);
    expect([ran.code, ran.json()]).toMatchObject([3, { rows: 2, succeeded: 1, failed: 1 }]);
    expect(ran.stderr).toContain('row 2, line 3: VALIDATION_FAILED: The column "n" is an integer beyond');
    const { data } = await work.client.entities.get("typed");
    expect(data).toMatchObject({ n: 1.5, b: true, j: { x: [1] } });
    expect(Object.entries(data)).toEqual(
      expect.arrayContaining([
        ["constructor", "c"],
        ["__proto__", "p"],
      ]),
    );
  });

  it("stores what it can around bad rows, and names those in a file that can be mended and imported", async () => {
    const { client, env } = await work.newOperator();
    const file = await work.write(
      "bad.csv",
      [
        header,
        "bad_1,ada@example.com,GB,GBP,",
        "bad_2,too,few",
        ",nobody@example.com,GB,GBP,",
        'bad_4,"",GB,GBP,"gold, or so"',
        "..,ada@example.com,GB,GBP,",
        "bad_6,nul\0@example.com,GB,GBP,",
        "bad_7,ada@example.com,GB,GBP,",
      ].join("\n"),
    );
    const failed = work.path("failed.csv");
    const ran = await work.run([...players, file, "--failed", failed], { env });
    expect([ran.code, ran.json()]).toMatchObject([
      3,
      { rows: 7, succeeded: 2, failed: 5, failedFile: failed },
    ]);
    expect(ran.stderr).not.toContain("nobody@example.com");
    expect((await stat(failed)).mode & 0o777).toBe(0o600);
    const [names, ...rows] = (await readFile(failed, "utf8")).trimEnd().split("\n");
    expect(names).toBe(`${header},onehazel_row,onehazel_code,onehazel_message,onehazel_raw`);
    expect(rows).toEqual([
      ',,,,,2,UNREADABLE,"The row has 3 values, the header 5","[""bad_2"",""too"",""few""]"',
      ',nobody@example.com,GB,GBP,,3,VALIDATION_FAILED,"The column ""externalId"" is empty",',
      expect.stringMatching(/^bad_4,,GB,GBP,"gold, or so",4,VALIDATION_FAILED,.*email/),
      expect.stringMatching(/^\.\.,ada@example\.com,GB,GBP,,5,VALIDATION_FAILED,/),
      expect.stringMatching(/^bad_6,nul\0@example\.com,GB,GBP,,6,VALIDATION_FAILED,A value holds U\+0000/),
    ]);
    expect((await work.run([...players, file, "--failed", failed], { env })).code).toBe(2);

    const mended = (await readFile(failed, "utf8")).replace("bad_4,,", "bad_4,bob@example.com,");
    const again = await work.run([...players, await work.write("mended.csv", mended)], { env });
    expect(again.json()).toMatchObject({ rows: 5, succeeded: 1, failed: 4 });
    expect((await client.entities.get("bad_4")).data).toEqual({
      ...{ email: "bob@example.com", country: "GB", currency: "GBP" },
      vip_level: "gold, or so",
    });
  });

  it("names bad lines of NDJSON too, as NDJSON", async () => {
    const lines = ["{", "[1]", '{"externalId":"nd_bad","n":9007199254740993}', '{"externalId":"nd_bad"}'];
    const file = await work.write("bad.ndjson", lines.join("\n"));
    const failed = work.path("failed.ndjson");
    expect((await work.run([...players, file, "--failed", failed])).json()).toMatchObject({
      rows: 4,
      failed: 4,
    });
    const rows = (await readFile(failed, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(
      rows.map((row) => [row.onehazel_row, row.onehazel_code, row.onehazel_raw ?? row.externalId]),
    ).toEqual([
      [1, "UNREADABLE", "{"],
      [2, "UNREADABLE", "[1]"],
      [3, "UNREADABLE", lines[2]],
      [4, "VALIDATION_FAILED", "nd_bad"],
    ]);
  });

  it.each([
    ["UTF-16 with a mark", Buffer.from(`\uFEFF${header}\nx,y,z,a,b`, "utf16le"), "UTF-16"],
    ["UTF-16 without", Buffer.from(`${header}\nx,y,z,a,b`, "utf16le"), "UTF-16"],
    ["Latin-1", Buffer.from(`${header}\nx,andré@example.com,z,a,b`, "latin1"), "not UTF-8"],
    ["nothing", Buffer.from(""), "empty"],
    ["a column twice", Buffer.from("externalId,a,a\n"), "twice"],
    ["a quote that never ends", Buffer.from(`${header}\nx,"y,z,a,b\n`), "never closed"],
    ["a stray quote", Buffer.from(`${header}\nx,"y"y,z,a,b\n`), "a quote stands"],
  ])("refuses %s", async (_name, content, reason) => {
    const ran = await work.run([...players, "-", "--format", "csv"], { input: content });
    expect(ran.code).toBe(2);
    expect(ran.json<{ error: { message: string } }>().error.message).toContain(reason);
  });

  it.each([
    [["--map", "no equals sign"]],
    [["--map", "a=x", "--map", "b=x"]],
    [["--id", "nowhere"]],
    [["--format", "xml"]],
  ])("refuses %j", async (options) => {
    const file = await work.write("plain.csv", `${header}\n`);
    expect((await work.run([...players, file, ...options])).code).toBe(2);
    await expect(stat(`${file}.checkpoint`)).rejects.toThrow("ENOENT");
  });
});

describe("how far an import is", () => {
  const reached = "7 entities[,| ]+\\d+/s[,| ]+1 failed[,| ]+\\d\\d:\\d\\d:\\d\\d left";
  const rows = Array.from({ length: 7 }, (_, n) => `far_${n},${n === 3 ? "" : "a@example.com"},GB,GBP,\n`);

  it.each([
    ["a bar on a terminal", true, new RegExp(`[\u2588]+ 100% \\| ${reached}`)],
    ["a line elsewhere", false, new RegExp(`^${reached}$`, "m")],
  ])("is %s, with the rate and the time that is left", async (_, isTerminal, expected) => {
    const file = await work.write("far.csv", `${header}\n${rows.join("")}`);
    const running = startCli([...players, file], work.env, "", isTerminal);
    expect(await running.ended).toBe(3);
    expect(running.stderr()).toMatch(expected);
    expect(JSON.parse(running.stdout())).toMatchObject({ rows: 7, failed: 1 });
  });
});

describe("a file without what every row needs", () => {
  const rows = (record: object) => `${JSON.stringify(record)}\n`.repeat(25);
  it.each([
    ["a CSV without the external id", "csv", "ref,email\nx,y\n", ["--type", "player"], "--id"],
    ["a CSV without the type", "csv", "externalId,email\nx,y\n", [], "--type"],
    ["NDJSON without the external id", "ndjson", rows({ ref: "x", ...ada }), ["--type", "player"], "--id"],
    ["NDJSON without the type", "ndjson", rows({ externalId: "x", ...ada }), [], "--type"],
    ["NDJSON without the column named", "ndjson", rows(ada), ["--type", "player", "--id", "ref"], '"ref"'],
  ])("%s is refused before anything is sent", async (_, format, content, options, hint) => {
    const { client, env } = await work.newOperator();
    const file = await work.write(`needs.${format}`, content);
    for (const how of [[], ["--dry-run"]]) {
      const ran = await work.run(["entities", "import", file, ...options, ...how, "--json"], { env });
      expect([ran.code, ran.json()]).toMatchObject([
        2,
        { error: { code: "USAGE", message: expect.stringContaining(hint) } },
      ]);
    }
    expect(await client.entities.list().toArray({ limit: 1 })).toEqual([]);
    await expect(stat(`${file}.checkpoint`)).rejects.toThrow("ENOENT");
  });
});

describe("fields that the template does not know", () => {
  // The first has a place for it and no value.
  const text = [
    "ref,Mail,country,currency,SSN,Nick,vip_level",
    "unknown_1,ada@example.com,GB,GBP,,,",
    "unknown_2,bob@example.com,GB,GBP,123,Bob,",
  ].join("\n");
  const maps = ["--type", "player", "--id", "ref", "--map", "Mail=email", "--map", "Nick=nick"];

  it("are named by a dry run and an import, and left out where a mapping says so", async () => {
    const file = await work.write("unknown.csv", text);
    for (const how of [["--dry-run"], []]) {
      const ran = await work.run(["entities", "import", file, ...maps, ...how, "--json"]);
      expect(ran.json()).toMatchObject({ rows: 2, unknownFields: { player: ["SSN", "nick"] } });
      expect(ran.stderr.match(/stored in clear.*/g)).toEqual([
        "stored in clear, personal or not: SSN, Nick (as nick). To leave one out: --map 'SSN='",
      ]);
    }
    const without = await work.run([
      ...["entities", "import", file, ...maps.slice(0, -2)],
      ...["--map", "SSN=", "--map", "Nick=", "--json"],
    ]);
    expect(without.json()).toMatchObject({ succeeded: 2, unknownFields: {} });
    expect(without.stderr).not.toContain("stored in clear");
    expect((await work.client.entities.get("unknown_2")).data).not.toHaveProperty("SSN");
  });

  it("are named before the first row that has them is sent, by type", async () => {
    const { client, env } = await work.newOperator();
    const running = startCli(["entities", "import", "-", "--format", "ndjson", "--json"], env, null);
    const line = (record: object) => `${JSON.stringify({ externalId: "early", ...record })}\n`;
    running.stdin.write(line({ entityType: "player", ...ada, ssn: "1" }));
    await running.said(/fields of "player".* ssn\. /);
    expect(await client.entities.list().toArray({ limit: 1 })).toEqual([]);
    running.stdin.end(line({ entityType: "game", externalId: "g", name: "Dice", email: "x", ssn: "2" }));
    expect(await running.ended).toBe(0);
    expect(JSON.parse(running.stdout())).toMatchObject({
      succeeded: 2,
      unknownFields: { player: ["ssn"], game: ["email", "ssn"] },
    });
  });
});

describe("a dry run", () => {
  it("tells what would fail and writes nothing", async () => {
    const { client, env } = await work.newOperator();
    const file = await work.write(
      "dry.csv",
      `${header},entityType\nd1,a@example.com,GB,GBP,,player\nd2,,GB,GBP,,player\nd3,,,,,unicorn\nd4\n`,
    );
    const failed = work.path("dry-failed.csv");
    const ran = await work.run(["entities", "import", file, "--dry-run", "--failed", failed, "--json"], {
      env,
    });
    expect([ran.code, ran.json()]).toMatchObject([3, { rows: 4, valid: 1, failed: 3 }]);
    expect(await readFile(failed, "utf8")).toMatch(/d2.*Missing required field.*d3.*unicorn.*UNREADABLE/s);
    expect(await client.entities.list().toArray({ limit: 1 })).toEqual([]);
    await expect(stat(`${file}.checkpoint`)).rejects.toThrow("ENOENT");
  });
});
