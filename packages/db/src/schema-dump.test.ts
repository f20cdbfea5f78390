import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openDatabase } from "./connect.js";
import { dumpSchema } from "./schema-dump.js";
import { cloneDatabase, createEmptyDatabase } from "./testing/databases.js";

const schemaFile = new URL("../schema.sql", import.meta.url);

it("schema.sql is what the migrations make; else run `pnpm --filter @onehazel/db schema:dump`", async () => {
  const database = await cloneDatabase();
  const db = openDatabase(database.superuser);
  expect(existsSync(schemaFile)).toBe(true);
  expect(await dumpSchema(db.pool)).toBe(readFileSync(schemaFile, "utf8"));
  await db.close();
  await database.drop();
});

it("shows every kind of thing that a migration can change, but no partitions and no role's login", async () => {
  const database = await createEmptyDatabase();
  const db = openDatabase(database.superuser);
  await db.knex.raw(`
    create schema side;
    create type mood as enum ('well', 'ill');
    create type pair as (a int, b text);
    create domain short as text check (length(value) < 9);
    create table side.things (
      id bigint generated always as identity primary key,
      name text not null default 'x' collate "C",
      twice text generated always as (name || name) stored,
      size int check (size > 0),
      unique (name)
    );
    create table parts (at timestamptz not null) partition by range (at);
    create table parts_2024 partition of parts for values from ('2024-01-01') to ('2025-01-01');
    create index things_size on side.things (size desc) where size > 1;
    alter table side.things enable row level security;
    alter table side.things force row level security;
    create policy own on side.things for select using (name = current_user) ;
    create function side.peek(n int default 1) returns int language sql stable security definer
      set search_path = side as 'select n';
    create view side.seen as select id from side.things;
    grant select (id), update (name) on side.things to public;
    revoke execute on function side.peek from public`);
  const dump = await dumpSchema(db.pool);
  for (const line of [
    "create schema side authorization postgres;",
    "create type mood as enum ('well', 'ill');",
    "create type pair as (a integer, b text);",
    "create domain short as text CHECK ((length(VALUE) < 9));",
    "  id bigint not null generated as identity,",
    `  name text collate "C" not null default 'x'::text,`,
    "  twice text generated always as ((name || name)),",
    "  constraint things_pkey PRIMARY KEY (id),",
    "  constraint things_size_check CHECK ((size > 0))",
    ") partition by RANGE (at);",
    "CREATE INDEX things_size ON side.things USING btree (size DESC) WHERE (size > 1);",
    "alter table side.things enable row level security;",
    "alter table side.things force row level security;",
    "create policy own on side.things as permissive for select to public",
    "  using ((name = CURRENT_USER));",
    "create function side.peek(n integer DEFAULT 1)",
    "  language sql stable security definer",
    "  set search_path=side;",
    "create view side.seen as",
    "grant select on table side.things (id) to public;",
    "grant update on table side.things (name) to public;",
  ]) {
    expect(dump.split("\n")).toContain(line);
  }
  expect(dump).not.toContain("parts_2024");
  expect(dump).not.toContain("grant execute on function side.peek");
  expect(dump).not.toContain("login");
  await db.close();
  await database.drop();
});
