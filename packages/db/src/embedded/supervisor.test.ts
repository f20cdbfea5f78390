import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChild } from "../../test/child.js";
import { openDatabase } from "../connect.js";
import type { ConnectionOptions } from "../connection-options.js";
import { isAlive, recordedPid } from "./postmaster-file.js";
import { startEmbedded } from "./supervisor.js";

let parent: string;
let dataDir: string;
const heard: string[] = [];
const log = {
  info: (message: string) => void heard.push(message),
  warn: (message: string) => void heard.push(message),
};
beforeAll(() => {
  // mkdtemp makes a folder that only its owner may enter: as root, the server's own user can't.
  parent = mkdtempSync(join(tmpdir(), "onehazel-embedded-"));
  dataDir = join(parent, "data");
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Initialising takes longest, so the tests share one folder, and each leaves it stopped. */
const clusterDir = (dir = dataDir) => join(dir, "cluster");
const serverPid = (dir = dataDir) => recordedPid(clusterDir(dir));

async function ask(connection: ConnectionOptions, text: string): Promise<Record<string, unknown>[]> {
  const db = openDatabase({ ...connection, poolMax: 1 });
  try {
    return (await db.query("", text)).rows;
  } finally {
    await db.close();
  }
}

const program = `
  const postgres = await embedded.startEmbedded({ dataDir: value, log });
  process.on("SIGTERM", async () => { await postgres.stop(); process.exit(0); });
  process.on("SIGINT", () => say("interrupted"));
  setInterval(() => {}, 1000);
  say("adopted " + postgres.adopted);`;

describe("starting", () => {
  it("makes the folder, an owner without privileges over row security, and its database; data outlives a stop", async () => {
    const first = await startEmbedded({ dataDir, log });
    expect(
      await ask(
        first.owner,
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user",
      ),
    ).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: true }]);
    expect(
      await ask(
        first.owner,
        `select current_database() as database, current_setting('server_encoding') as encoding,
                current_setting('fsync') as fsync, current_setting('listen_addresses') as tcp, lower('ÄЖ') as lower`,
      ),
    ).toEqual([{ database: "onehazel", encoding: "UTF8", fsync: "on", tcp: "", lower: "äж" }]);
    await ask(first.owner, "create table kept as select 1 as one");
    await first.stop();
    await first.stop();
    expect(serverPid()).toBeUndefined();

    const second = await startEmbedded({ dataDir, log });
    expect(await ask(second.owner, "select one from kept")).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it("works where the path is too long for a socket", async () => {
    const postgres = await startEmbedded({ dataDir: join(parent, "long".repeat(30), "data"), log });
    expect(Buffer.byteLength(postgres.owner.host!)).toBeLessThan(90);
    expect(await ask(postgres.owner, "select 1 as one")).toEqual([{ one: 1 }]);
    await postgres.stop();
  });

  it("gets past a leftover pid file, even when its id belongs to a live process by now", async () => {
    writeFileSync(join(clusterDir(), "postmaster.pid"), `${process.pid}\n${clusterDir()}\n`);
    const postgres = await startEmbedded({ dataDir, log });
    expect(postgres.adopted).toBe(false);
    await postgres.stop();
    expect(isAlive(process.pid)).toBe(true);
  });

  it("given up by its signal leaves nothing running", async () => {
    const abort = new AbortController();
    const onProgress = (message: string) => message === "starting PostgreSQL" && abort.abort();
    const starting = startEmbedded({ dataDir, log, onProgress, signal: abort.signal });
    await expect(starting).rejects.toThrow("abort");
    expect(serverPid()).toBeUndefined();
  });

  it("says why when it can't: another version's data, a file in the way, a broken configuration", async () => {
    writeFileSync(join(parent, "file"), "");
    await expect(startEmbedded({ dataDir: join(parent, "file", "data"), log })).rejects.toThrow(
      "can't be made",
    );
    const configuration = join(clusterDir(), "postgresql.conf");
    const sound = readFileSync(configuration);
    writeFileSync(configuration, "max_connections = many");
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
      /Starting PostgreSQL failed[\s\S]*max_connections/,
    );
    writeFileSync(configuration, sound);
    const version = join(clusterDir(), "PG_VERSION");
    const made = readFileSync(version);
    writeFileSync(version, "9\n");
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow("made by PostgreSQL 9");
    writeFileSync(version, made);
  });
});

describe("a server", () => {
  it("outlives a killed process; the next start adopts it and stops it in the end", async () => {
    const killed = startChild(program, dataDir);
    await killed.said("adopted false");
    const pid = serverPid()!;
    killed.process.kill("SIGKILL");
    await killed.ended;
    expect(isAlive(pid)).toBe(true);

    const postgres = await startEmbedded({ dataDir, log });
    expect(postgres.adopted).toBe(true);
    expect(serverPid()).toBe(pid);
    await postgres.stop();
    expect(serverPid()).toBeUndefined();
  });

  it("doesn't hear the terminal's Ctrl-C", async () => {
    const child = startChild(program, dataDir, { detached: true });
    await child.said("adopted false");
    process.kill(-child.process.pid!, "SIGINT");
    await child.said("interrupted");
    const superuser = { host: clusterDir(), user: "postgres", database: "postgres", ssl: false };
    expect(await ask(superuser, "select 1 as one")).toEqual([{ one: 1 }]);
    child.process.kill("SIGTERM");
    expect(await child.ended).toBe(0);
    expect(serverPid()).toBeUndefined();
  });

  it("is shared by processes that start at once on an empty folder; the last one to leave stops it", async () => {
    const empty = join(parent, "empty");
    const abandoned = `${clusterDir(empty)}.new-999999999-abc`;
    mkdirSync(abandoned, { recursive: true });
    const first = startChild(program, empty);
    const last = startChild(program, empty);
    await Promise.all([first.said("adopted"), last.said("adopted")]);
    expect(readdirSync(empty).sort()).toEqual(["cluster", "postgres.log"]);
    const pid = serverPid(empty)!;
    first.process.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    expect(isAlive(pid)).toBe(true);
    last.process.kill("SIGTERM");
    expect(await last.ended).toBe(0);
    expect(serverPid(empty)).toBeUndefined();
  });

  it("that dies is started again", async () => {
    const postgres = await startEmbedded({ dataDir, log });
    const pid = serverPid()!;
    process.kill(pid, "SIGKILL");
    await expect
      .poll(() => ask(postgres.owner, "select 1 as one").catch(() => undefined), { timeout: 60_000 })
      .toEqual([{ one: 1 }]);
    expect(serverPid()).not.toBe(pid);
    await postgres.stop();
    expect(serverPid()).toBeUndefined();
  });
});
