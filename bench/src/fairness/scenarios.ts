import type { AttackName } from "./messages.js";
import {
  largeRows,
  lockedRow,
  manyOfAnotherType,
  personToErase,
  revokedKeys,
  rowToLock,
  subjects,
} from "./prepare.js";
import type { FairnessStage } from "./stage.js";

/** One attack, and what it needs around it. */
export interface Scenario {
  readonly name: AttackName;
  /** The fault that the attack once used. */
  readonly fault: string;
  readonly what: string;
  /** Once an attacker, before anything is measured. */
  prepare?(stage: FairnessStage, operatorId: string): Promise<void>;
  /** Before each run of an attacker; gives the entity that the attack is about. */
  arm?(stage: FairnessStage, operatorId: string, run: number): Promise<Armed>;
  /** Whether it runs on a packaged PostgreSQL with JIT. */
  readonly onPackagedPostgres?: true;
}

export interface Armed {
  readonly externalId: string;
  /** After the run. */
  disarm(): Promise<void>;
}

async function holdRow({ superuser }: FairnessStage, operatorId: string): Promise<Armed> {
  const client = await superuser.pool.connect();
  await client.query("begin");
  await client.query("select from entities where operator_id = $1 and external_id = $2 for update", [
    operatorId,
    lockedRow,
  ]);
  const disarm = async () => {
    await client.query("rollback");
    client.release();
  };
  return { externalId: lockedRow, disarm };
}

async function personOfRun(stage: FairnessStage, operatorId: string, run: number): Promise<Armed> {
  const externalId = `person_${run}`;
  await personToErase(stage, operatorId, externalId);
  await stage.superuser.pool.query("checkpoint");
  return { externalId, disarm: async () => undefined };
}

export const scenarios: readonly Scenario[] = [
  { name: "pipelining", fault: "A1", what: "one connection without credentials pipelines 600,000 `GET /`" },
  {
    name: "same-rows",
    fault: "A2",
    what: "20 batches at once on the same 1,000 rows",
    prepare: subjects,
  },
  {
    name: "locked-row",
    fault: "A2",
    what: "46 requests at once for a row that another transaction has locked",
    prepare: rowToLock,
    arm: holdRow,
  },
  {
    name: "erasure",
    fault: "A3",
    what: "a person is erased whom 100,000 stored responses and 200 reports of 5,000 errors are about",
    arm: personOfRun,
  },
  {
    name: "unread-pages",
    fault: "A4",
    what: "80 connections ask for a page of 8 MiB and do not read it",
    prepare: largeRows,
  },
  {
    name: "unfinished-bodies",
    fault: "A4",
    what: "1,600 bodies of 1 MiB of which the last byte never comes",
  },
  { name: "trickled-batches", fault: "A4", what: "4 batches of 16 MiB that come at 1 kB/s" },
  { name: "many-keys-body", fault: "A5", what: "4 callers send bodies of 1 MiB with 95,000 keys" },
  {
    name: "revoked-keys",
    fault: "A6",
    what: "4 callers list 100,000 revoked API keys",
    prepare: revokedKeys,
  },
  {
    name: "rare-type",
    fault: "A6",
    what: "8 callers poll changes of a type that none of 200,000 entities has",
    prepare: manyOfAnotherType,
  },
  { name: "unknown-keys", fault: "A7", what: "60 callers with unknown API keys, over their limit" },
  {
    name: "batches",
    fault: "A9",
    what: "4 callers send batches of 1,000 events and states",
    prepare: subjects,
    onPackagedPostgres: true,
  },
];
