import { randomBytes } from "node:crypto";
import {
  generateMasterKey,
  mintId,
  OperatorKeys,
  operatorSaltBytes,
  parseMasterKeys,
} from "@onehazel/crypto";
import { operatorId } from "../ceiling/tables.js";

/** One kind of batch: what is sent, and which of its fields are personal. */
export interface Case {
  readonly what: string;
  readonly path: string;
  readonly items: number;
  readonly piiFields: readonly string[];
  /** Of the throughput of the bare statement. */
  readonly min: number;
  /** The nth item of a batch whose things have this prefix. */
  item(prefix: string, n: number): Item;
}

interface Item {
  readonly externalId: string;
  readonly entityType?: string;
  readonly eventType?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Those that the events are about, loaded before. */
export const eventfulPrefix = "eventful";
export const eventfulCount = 1_000;

const entities = { path: "/operator-data-api/batch/entities", items: 1_000, min: 0.5 };
const threePii = ["first_name", "last_name", "email"];
const fivePii = [...threePii, "phone", "date_of_birth"];

export const cases: readonly Case[] = [
  { ...entities, what: "1,000 players, five PII fields", piiFields: fivePii, item: player(true) },
  { ...entities, what: "1,000 players, three PII fields", piiFields: threePii, item: player(false) },
  { ...entities, what: "1,000 games, no PII", piiFields: [], item: game },
  {
    what: "5,000 events, no PII",
    path: "/operator-data-api/batch/events",
    items: 5_000,
    min: 0.5,
    piiFields: [],
    item: (_, n) => ({
      externalId: externalIdOf(eventfulPrefix, n % eventfulCount),
      eventType: "transaction",
      data: { type: "deposit", amount: n / 4, currency: "GBP", method: "card", reference: `TX-${n}` },
    }),
  },
];

export function player(fiveFields: boolean) {
  return (prefix: string, n: number): Item => ({
    externalId: externalIdOf(prefix, n),
    entityType: "player",
    data: {
      first_name: "Ada",
      last_name: "Lovelace",
      email: `ada.lovelace.${n}@example.com`,
      ...(fiveFields ? { phone: "+44 20 7946 0958", date_of_birth: "1985-12-10" } : {}),
      country: "GB",
      currency: "GBP",
      status: "active",
      vip_level: 3,
    },
  });
}

function game(prefix: string, n: number): Item {
  return {
    externalId: externalIdOf(prefix, n),
    entityType: "game",
    data: { name: "Starburst", provider: "NetEnt", rtp: 96.1, tags: ["slot", "classic"] },
  };
}

/** Padded, so that one prefix gives bodies of one length. */
function externalIdOf(prefix: string, n: number): string {
  return `${prefix}_${String(n).padStart(5, "0")}`;
}

const keys = new OperatorKeys(parseMasterKeys(generateMasterKey("bench")), {
  operatorId,
  salt: randomBytes(operatorSaltBytes),
});

/** What encryption alone is: the server's calls for the records of a batch, and nothing else. */
export function sealAll({ piiFields }: Case, items: readonly Item[]): Record<string, unknown>[] {
  return items.map(({ externalId, data }) => {
    if (piiFields.length === 0) return data;
    const sealer = keys.sealer({ kind: "entity", externalId });
    const sealed = piiFields.map((field) => [field, sealer.seal(field, data[field] as string)]);
    return { ...data, ...Object.fromEntries(sealed) };
  });
}

/** Rows as they are stored, a column an array: what the bare statement is given. */
export function readyRows(one: Case, prefix: string): unknown[] {
  const items = Array.from({ length: one.items }, (_, n) => one.item(prefix, n));
  const data = sealAll(one, items).map((each) => JSON.stringify(each));
  if (one.items === 5_000) {
    const eventTypes = items.map(({ eventType }) => eventType);
    const entityIds = items.map(({ externalId }) => `ent_${externalId}`);
    return [operatorId, entityIds, items.map(() => mintId("eev")), eventTypes, data];
  }
  const sealed = `{${one.piiFields.join(",")}}`;
  return [
    operatorId,
    items.map(() => mintId("ent")),
    items.map(({ externalId }) => externalId),
    items.map(({ entityType }) => entityType),
    data,
    items.map(() => sealed),
  ];
}

const entityStatement = `
  insert into bare.entities as e (
    operator_id, id, external_id, entity_type, data, sealed, master_key_id, created_at, updated_at
  )
  select $1, i.id, i.external_id, i.entity_type, i.data, i.sealed::text[], 'bench', now(), now()
  from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[]) as i (
    id, external_id, entity_type, data, sealed
  )
  on conflict (operator_id, external_id) do update
    set entity_type = excluded.entity_type,
      data = excluded.data,
      sealed = excluded.sealed,
      master_key_id = excluded.master_key_id,
      updated_at = excluded.updated_at`;
const eventStatement = `
  insert into bare.events (operator_id, entity_id, id, event_type, data, occurred_at)
  select $1, i.entity_id, i.id, i.event_type, i.data, now()
  from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) as i (entity_id, id, event_type, data)`;

/** The statement that does no more than store such rows. */
export function bareStatement(one: Case): { readonly name: string; readonly text: string } {
  return one.items === 5_000
    ? { name: "bare_events", text: eventStatement }
    : { name: "bare_entities", text: entityStatement };
}
