import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { externalIdOf, player } from "../ceiling/works.js";
import { startProgram } from "../harness/program.js";
import { ask, bulkOf, folderOf, freePort, json, type Peer } from "./peer.js";

/** A thousand take it eight seconds. */
const bulkItems = 100;
const columns = (externalId: string) => {
  const { entityType, data } = player(externalId);
  return { external_id: externalId, entity_type: entityType, data };
};
const timestamp = (field: string, special: string) => ({
  field,
  type: "timestamp",
  meta: { special: [special] },
  schema: {},
});
/** Fields as its studio makes them. */
const collection = {
  collection: "entities",
  meta: {},
  schema: {},
  fields: [
    { field: "external_id", type: "string", meta: {}, schema: { is_primary_key: true, length: 255 } },
    { field: "entity_type", type: "string", meta: {}, schema: {} },
    { field: "data", type: "json", meta: { special: ["cast-json"] }, schema: {} },
    timestamp("created_at", "date-created"),
    timestamp("updated_at", "date-updated"),
  ],
};

export const directus: Peer = {
  name: "Directus",
  version: "11.3.5",
  folder: "directus",
  setUp: `its own start command, an administrator's static token, activity and revisions as they are by default, its pressure limiter off; bulk is its array of ${bulkItems} items`,
  bulkItems,
  start: async (database, dir) => {
    const token = randomBytes(24).toString("hex");
    const port = await freePort();
    const env = {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: dir,
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(port),
      SECRET: randomBytes(32).toString("hex"),
      DB_CLIENT: "pg",
      DB_HOST: database.host as string,
      DB_PORT: String(database.port),
      DB_USER: database.user as string,
      DB_PASSWORD: "",
      DB_DATABASE: database.database as string,
      DB_POOL__MIN: "0",
      DB_POOL__MAX: "10",
      ADMIN_EMAIL: "admin@example.com",
      ADMIN_PASSWORD: randomBytes(12).toString("hex"),
      ADMIN_TOKEN: token,
      TELEMETRY: "false",
      // It refuses calls when it is busy, which is what is measured here.
      PRESSURE_LIMITER_ENABLED: "false",
      STORAGE_LOCATIONS: "local",
      STORAGE_LOCAL_ROOT: dir,
      EXTENSIONS_PATH: dir,
    };
    const cli = join(folderOf(directus), "node_modules/directus/cli.js");
    await promisify(execFile)(process.execPath, [cli, "bootstrap"], { env, cwd: dir });
    const program = await startProgram({
      args: [cli, "start"],
      env,
      cwd: dir,
      says: /Server started at http:\/\/[\w.]+:(\d+)/,
    });
    const auth = { authorization: `Bearer ${token}` };
    await ask(program.port, "/collections", auth, collection);
    const headers = { ...auth, ...json };
    const { external_id: _, ...rest } = columns("");
    const one = `/items/entities/${externalIdOf("{n}")}`;
    const says = '"data":{"external_id"';
    const body = (value: unknown) => JSON.stringify(value);
    return {
      program,
      works: {
        create: {
          method: "POST",
          path: "/items/entities",
          headers,
          body: body(columns(externalIdOf("{n}"))),
          status: [200],
          says,
        },
        update: { method: "PATCH", path: one, headers, body: body(rest), status: [200], says },
        read: { method: "GET", path: one, headers: auth, status: [200], says },
        bulk: {
          method: "POST",
          path: "/items/entities",
          headers,
          body: body(bulkOf(bulkItems, columns)),
          status: [200],
          says: '"data":[',
        },
      },
    };
  },
};
