import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import { openDatabase } from "@onehazel/db";
import { externalIdOf, player } from "../ceiling/works.js";
import { urlOf } from "../harness/postgres.js";
import { startProgram } from "../harness/program.js";
import { bulkOf, folderOf, freePort, json, type Peer } from "./peer.js";

const bulkItems = 100;
/** A role that a token names, and a policy that asks the token whose rows are meant: the way its documentation secures tables. */
const schema = `
  do $$ begin
    if not exists (select from pg_roles where rolname = 'app_user') then create role app_user; end if;
  end $$;
  create schema app_public;
  create table app_public.entities (
    operator_id text not null default nullif(current_setting('jwt.claims.operator_id', true), ''),
    external_id text primary key,
    entity_type text not null,
    data jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  alter table app_public.entities enable row level security;
  create policy own on app_public.entities to app_user
    using (operator_id = nullif(current_setting('jwt.claims.operator_id', true), ''));
  grant usage on schema app_public to app_user;
  grant select, insert, update, delete on app_public.entities to app_user;
`;

const entity = (externalId: string) => {
  const { entityType, data } = player(externalId);
  return { externalId, entityType, data };
};
const queries = {
  create: "mutation($e:EntityInput!){createEntity(input:{entity:$e}){entity{externalId}}}",
  update:
    "mutation($id:String!,$p:EntityPatch!){updateEntityByExternalId(input:{externalId:$id,entityPatch:$p}){entity{externalId}}}",
  read: "query($id:String!){entityByExternalId(externalId:$id){externalId entityType data createdAt updatedAt}}",
  bulk: `mutation(${Array.from({ length: bulkItems }, (_, n) => `$e${n}:EntityInput!`).join(",")}){${Array.from(
    { length: bulkItems },
    (_, n) => `m${n}:createEntity(input:{entity:$e${n}}){entity{externalId}}`,
  ).join(" ")}}`,
};

export const postgraphile: Peer = {
  name: "PostGraphile",
  version: "4.14.1",
  folder: "postgraphile",
  setUp: `its own start command with the options it recommends for production, a JWT and row-level security; it has no bulk: ${bulkItems} mutations in one request, one transaction`,
  bulkItems,
  start: async (database, dir) => {
    const db = openDatabase({ ...database, poolMax: 1 });
    await db.pool.query(schema);
    await db.close();
    const secret = randomBytes(32).toString("hex");
    const port = await freePort();
    const program = await startProgram({
      args: [
        join(folderOf(postgraphile), "node_modules/postgraphile/cli.js"),
        ...["--connection", urlOf(database), "--schema", "app_public"],
        ...["--host", "127.0.0.1", "--port", String(port), "--max-pool-size", "10"],
        ...["--retry-on-init-fail", "--dynamic-json", "--no-setof-functions-contain-nulls"],
        ...["--no-ignore-rbac", "--no-ignore-indexes", "--extended-errors", "errcode"],
        ...["--disable-graphiql", "--enable-query-batching", "--disable-query-log"],
        ...["--legacy-relations", "omit", "--jwt-secret", secret],
      ],
      env: { NODE_ENV: "production", HOME: dir, PATH: "/usr/local/bin:/usr/bin:/bin" },
      cwd: dir,
      says: /http:\/\/[\w.]+:(\d+)\/graphql/,
    });
    const token = jwt({ aud: "postgraphile", role: "app_user", operator_id: "op_1" }, secret);
    const ask = (query: string, variables: object, says: string) => ({
      method: "POST",
      path: "/graphql",
      headers: { ...json, authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
      status: [200],
      says,
    });
    const id = externalIdOf("{n}");
    const { entityType, data } = entity(id);
    const all = Object.fromEntries(bulkOf(bulkItems, entity).map((each, n) => [`e${n}`, each]));
    return {
      program,
      works: {
        create: ask(queries.create, { e: entity(id) }, '"createEntity":{"entity":{'),
        update: ask(
          queries.update,
          { id, p: { entityType, data } },
          '"updateEntityByExternalId":{"entity":{',
        ),
        read: ask(queries.read, { id }, '"entityType":"player"'),
        bulk: ask(queries.bulk, all, '"m0":{"entity":{'),
      },
    };
  },
};

function jwt(claims: object, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
