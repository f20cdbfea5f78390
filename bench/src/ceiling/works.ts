import type { Shape } from "../harness/load/plan.js";

const data = {
  first_name: "Ada",
  last_name: "Lovelace",
  email: "ada.lovelace@example.com",
  phone: "+44 20 7946 0958",
  date_of_birth: "1985-12-10",
  country: "GB",
  currency: "GBP",
  status: "active",
  vip_level: 3,
};
/** A player with five PII fields. */
export const player = (externalId: string) => ({ entityType: "player", externalId, data });
/** What an event says. */
export const transaction = {
  eventType: "transaction",
  data: { type: "deposit", amount: 125.5, currency: "GBP", method: "card", reference: "TX-48213" },
};
export const externalIdOf = (n: string) => `player_${n}`;

/** One kind of work, as it is asked of us and of the least program. */
export interface Work {
  readonly name: WorkName;
  readonly what: string;
  readonly ours: Shape;
  /** What it is compared with: a work of the least program. */
  readonly bare: BareName;
  /** Of its throughput, at 10 callers. */
  readonly min?: number;
  /** Whether each request is about a new thing. */
  readonly isNew?: true;
  /** What is written behind the answers is within a second: it belongs to what they cost. */
  readonly sliceMs?: number;
  readonly settleMs?: number;
}

export type BareName = "upsertNew" | "upsert" | "read" | "event" | "list" | "key";
export type WorkName = BareName | "upsertNewOnce" | "upsertOnce" | "eventOnce";

const base = "/operator-data-api";
const json = { "content-type": "application/json" };
const upsertBody = JSON.stringify(player(externalIdOf("{n}")));
const eventBody = JSON.stringify(transaction);
const once = { "idempotency-key": "bench-key-{serial}" };

export const bareShapes: Readonly<Record<BareName, Shape>> = {
  upsertNew: { method: "POST", path: "/bare/entities", headers: json, body: upsertBody, status: [201] },
  upsert: { method: "POST", path: "/bare/entities", headers: json, body: upsertBody, status: [200] },
  read: { method: "GET", path: `/bare/entities/${externalIdOf("{n}")}`, headers: {}, status: [200] },
  event: {
    method: "POST",
    path: `/bare/entities/${externalIdOf("{n}")}/events`,
    headers: json,
    body: eventBody,
    status: [201],
  },
  list: { method: "GET", path: "/bare/list", headers: {}, status: [200] },
  key: { method: "GET", path: "/bare/key", headers: {}, status: [200] },
};

/** Everything that is measured, for the holder of a key. */
export function worksOf(key: string): Work[] {
  const auth = { authorization: `Bearer ${key}` };
  const post = (path: string, body: string, status: number, headers = {}): Shape => ({
    method: "POST",
    path: base + path,
    headers: { ...auth, ...json, ...headers },
    body,
    status: [status],
  });
  const get = (path: string): Shape => ({ method: "GET", path: base + path, headers: auth, status: [200] });
  const one = `/entities/${externalIdOf("{n}")}`;
  const upsert = (status: number, headers = {}) => post("/entities", upsertBody, status, headers);
  const event = (headers = {}) => post(`${one}/events`, eventBody, 201, headers);
  return [
    { name: "upsertNew", what: "upsert, new", ours: upsert(201), bare: "upsertNew", min: 0.5, isNew: true },
    {
      name: "upsertNewOnce",
      what: "upsert, new, Idempotency-Key",
      ours: upsert(201, once),
      bare: "upsertNew",
      min: 0.42,
      isNew: true,
    },
    { name: "upsert", what: "upsert, update", ours: upsert(200), bare: "upsert", min: 0.5 },
    {
      name: "upsertOnce",
      what: "upsert, update, Idempotency-Key",
      ours: upsert(200, once),
      bare: "upsert",
      min: 0.42,
    },
    {
      name: "read",
      what: "read, five PII fields",
      ours: get(one),
      bare: "read",
      min: 0.5,
      sliceMs: 1_000,
      settleMs: 1_100,
    },
    { name: "event", what: "event", ours: event(), bare: "event", min: 0.5 },
    { name: "eventOnce", what: "event, Idempotency-Key", ours: event(once), bare: "event" },
    { name: "list", what: "list of 50", ours: get("/entities"), bare: "list" },
    // Nothing but the key is looked at before the body is found to be no JSON.
    { name: "key", what: "key check alone", ours: post("/entities", "{", 400), bare: "key" },
  ];
}
