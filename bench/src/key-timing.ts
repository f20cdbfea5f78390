import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { type Database, openDatabase } from "@onehazel/db";
import { Client } from "./harness/client.js";
import { type BenchPostgres, startPostgres } from "./harness/postgres.js";
import type { Findings } from "./harness/report.js";
import { startServer } from "./harness/server.js";
import { summarise } from "./harness/stats.js";

const pairs = 100_000;
const warmUp = 2_000;
const keysOfEachKind = 1_000;
/** Beyond it two series of so many readings differ by more than chance (the bound of TVLA and dudect). */
const tMax = 4.5;
/** What is read besides: the quickest of both series, without the long tail that drowns a small difference. */
const quickest = 0.9;

const overHttp = "over HTTP";

/** Keys that are all refused, and differ in what is stored. */
interface Kind {
  readonly what: string;
  /** Where t has a bound: `closest`, where a difference shows best and everywhere; `answered`, of all that a caller sees. */
  readonly bounded: "closest" | "answered" | undefined;
  readonly keys: readonly string[];
}

interface Layer {
  readonly name: string;
  readonly check: (key: string) => Promise<void>;
  /** Milliseconds of each check, by kind, the unknown first. */
  readonly readings: readonly number[][];
}

/** Whether the time of a refused key tells how near it came to one that exists. */
export async function keyTiming(): Promise<Findings> {
  const postgres = await startPostgres();
  try {
    const server = await startServer(postgres, { env: { AUTH_FAILURES_PER_MINUTE: "0" } });
    const client = new Client(server.port, 1);
    const wire = new Wire(server.port);
    const db = openDatabase({ ...postgres.server, poolMax: 1 });
    try {
      const kinds = await storeKeys(postgres, await makeOperator(client, await server.admin(...platform)));
      const layers: Layer[] = [
        { name: overHttp, check: (key) => wire.refused(key), readings: room(kinds) },
        { name: "the look-up alone", check: (key) => lookUp(db, key), readings: room(kinds) },
      ];
      for (const layer of layers) await read(layer, kinds);
      return findings(layers, kinds, postgres.version);
    } finally {
      client.close();
      wire.close();
      await db.close();
      await server.stop();
    }
  } finally {
    await postgres.stop();
  }
}

const platform = ["platform:create", "--name", "Bench", "--json"];

async function makeOperator(client: Client, created: string): Promise<string> {
  const { platformKey } = JSON.parse(created);
  const body = JSON.stringify({ name: "Bench" });
  const call = { method: "POST", path: "/platform-api/operators", key: platformKey, body };
  const { status, text } = await client.send(call);
  if (status !== 201) throw new Error(`setting the stage failed: ${status} ${text}`);
  return JSON.parse(text).data.id;
}

const hashOf = (key: string) => createHash("sha256").update(key).digest();
const newKey = () => `oh_live_${randomBytes(32).toString("hex")}`;
const newKeys = () => Array.from({ length: keysOfEachKind }, newKey);

/** Stores what the kinds are told from, past the API: no caller can choose what a key's hash is. */
async function storeKeys(postgres: BenchPostgres, operatorId: string): Promise<Kind[]> {
  const [known, near, revoked] = [newKeys(), newKeys(), newKeys()];
  const hashes = (keys: readonly string[], change = (hash: Buffer) => hash) =>
    keys.map((key) => ({ hash: change(hashOf(key)), revoked: keys === revoked }));
  const rows = [...hashes(known), ...hashes(near, lastByteChanged), ...hashes(revoked)];
  const owner = openDatabase({ ...postgres.owner, poolMax: 1 });
  try {
    await owner.query("scope", "select set_config('app.operator_id', $1, false)", [operatorId]);
    await owner.query(
      "store",
      `insert into api_keys (operator_id, id, key_hash, created_by, revoked_at)
       select $1, id, key_hash, 'operator', case when revoked then now() end
       from unnest($2::uuid[], $3::bytea[], $4::boolean[]) as k (id, key_hash, revoked)`,
      [operatorId, rows.map(() => randomUUID()), rows.map((row) => row.hash), rows.map((row) => row.revoked)],
    );
    await owner.query("analyze", "analyze api_keys");
  } finally {
    await owner.close();
  }
  return [
    { what: "unknown", bounded: undefined, keys: newKeys() },
    {
      what: "a known key but for its last character",
      bounded: "closest",
      keys: known.map(lastDigitChanged),
    },
    { what: "31 of 32 bytes of its hash are those of a known key", bounded: "closest", keys: near },
    { what: "known and revoked", bounded: "answered", keys: revoked },
  ];
}

function lastByteChanged(hash: Buffer): Buffer {
  const other = Buffer.from(hash);
  other[31] = (other[31] as number) ^ 1;
  return other;
}

function lastDigitChanged(key: string): string {
  return key.slice(0, -1) + ((Number.parseInt(key.slice(-1), 16) + 1) % 16).toString(16);
}

/** One connection, and as little as possible between the key and the clock. */
class Wire {
  readonly #socket: Socket;
  #text = "";
  #answered: (text: string) => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1").setNoDelay().setEncoding("latin1");
    this.#socket.on("data", (chunk: string) => {
      this.#text += chunk;
      const end = this.#text.indexOf("\r\n\r\n");
      const bodyBytes = Number(/\r\nContent-Length: (\d+)/i.exec(this.#text)?.[1] ?? Number.NaN);
      if (end >= 0 && this.#text.length >= end + 4 + bodyBytes) this.#answered(this.#text);
    });
  }

  async refused(key: string): Promise<void> {
    this.#text = "";
    const answer = new Promise<string>((resolve) => {
      this.#answered = resolve;
    });
    const path = "/operator-data-api/settings";
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`);
    const text = await answer;
    if (!text.startsWith("HTTP/1.1 401 ")) throw new Error(`a refused key was answered ${text}`);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** What the server does with a key, from its text to the row. */
async function lookUp(db: Database, key: string): Promise<void> {
  await db.query("resolve_operator_key", "select * from resolve_operator_key($1, $2)", [hashOf(key), null]);
}

const room = (kinds: readonly Kind[]) => kinds.map((): number[] => []);

/** One of each kind in turn, in an order that is drawn anew each time, so that none always follows the same other. */
async function read({ check, readings }: Layer, kinds: readonly Kind[]): Promise<void> {
  const order = kinds.map((_, kind) => kind);
  for (let round = -warmUp; round < pairs; round++) {
    shuffle(order);
    for (const kind of order) {
      const { keys } = kinds[kind] as Kind;
      const key = keys[(round + warmUp) % keysOfEachKind] as string;
      const startedAtMs = performance.now();
      await check(key);
      const tookMs = performance.now() - startedAtMs;
      if (round >= 0) readings[kind]?.push(tookMs);
    }
  }
}

function shuffle(order: number[]): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
}

/** Welch's t of two series: their means' distance, in standard errors. */
function welchT(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [momentsOf(a), momentsOf(b)];
  return (one.mean - other.mean) / Math.sqrt(one.variance / a.length + other.variance / b.length);
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}

/** Both series without what is slower than most of them, the limit being the same for both. */
function quick(a: readonly number[], b: readonly number[]): [number[], number[]] {
  const all = Float64Array.from([...a, ...b]).sort();
  const limit = all[Math.floor(all.length * quickest)] as number;
  return [a.filter((value) => value < limit), b.filter((value) => value < limit)];
}

function findings(layers: readonly Layer[], kinds: readonly Kind[], postgresVersion: string): Findings {
  const figures = layers.flatMap(({ name, readings }) => {
    const unknown = readings[0] as number[];
    return kinds.flatMap(({ what, bounded }, kind) => {
      if (kind === 0) return [];
      const series = readings[kind] as number[];
      const ts = [welchT(series, unknown), welchT(...quick(series, unknown))] as const;
      return { name, what, bounded, median: summarise(series).median, ts };
    });
  });
  const micros = (ms: number) => (ms * 1_000).toFixed(1);
  const medians = layers.map(({ name, readings }) => [
    ...[name, kinds[0]?.what as string, micros(summarise(readings[0] as number[]).median)],
    ...["", ""],
  ]);
  return {
    name: "key-timing",
    title: "What the time of a refused key tells",
    method:
      `Keys that are all answered 401, ${pairs.toLocaleString("en")} of each kind, one of each in turn and in an order drawn anew ` +
      `each time, one after the other from one client; ${keysOfEachKind.toLocaleString("en")} different keys of each kind, after ` +
      `${warmUp.toLocaleString("en")} rounds to warm up. *Over HTTP* is what a caller on this machine sees; *the look-up alone* hashes ` +
      `the key and asks PostgreSQL from a program that does nothing else, which is less noise than any attacker gets. ` +
      `t is Welch's, against the unknown keys: of all readings, and of the quickest ${quickest * 100} % of both, where a small ` +
      `difference drowns less. What must not be told is how near a guess came: so a known key with another last character, and a key ` +
      `whose hash differs from a stored one in its last byte alone, are held against unknown ones, and both readings are bounded in both ` +
      `places. A revoked key has a row that is read, and its answer says in words that it was revoked; what a caller sees of it is ` +
      `bounded over all readings, and the others show that the benchmark sees a difference where there is one. The limit of failures per address, 60 a minute, was off.`,
    versions: { Node: process.versions.node, PostgreSQL: postgresVersion },
    tables: [
      {
        columns: ["where", "key", "median µs", "t", `t of the quickest`],
        rows: [
          ...medians,
          ...figures.map(({ name, what, median, ts }) => [
            ...[name, what, micros(median)],
            ...ts.map((t) => t.toFixed(2)),
          ]),
        ],
      },
    ],
    bounds: figures.flatMap(({ name, what, bounded, ts }) => {
      if (bounded === "closest") {
        const value = Math.max(...ts.map(Math.abs));
        return [{ what: `${what}, ${name}: the greater t of the two`, value, max: tMax }];
      }
      const isSeen = bounded === "answered" && name === overHttp;
      return isSeen
        ? [{ what: `${what}, ${name}: t of all readings`, value: Math.abs(ts[0]), max: tMax }]
        : [];
    }),
    readings: figures,
  };
}
