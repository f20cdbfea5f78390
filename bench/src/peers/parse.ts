import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { externalIdOf, player } from "../ceiling/works.js";
import { startProgram } from "../harness/program.js";
import { ask, bulkOf, folderOf, freePort, json, type Peer } from "./peer.js";

const bulkItems = 1_000;
const className = "Entity";
const fields = (externalId: string) => {
  const { entityType, data } = player(externalId);
  return { entityType, data };
};

export const parse: Peer = {
  name: "Parse Server",
  version: "9.10.0",
  folder: "parse",
  setUp: `its own start command, a class of its schema under its REST key, our external id as its object id; bulk is its batch of ${bulkItems} requests (which needs router 2.2: with 2.3 every batch is a 500)`,
  bulkItems,
  start: async (database, dir) => {
    const secret = () => randomBytes(16).toString("hex");
    const config = {
      appId: "bench",
      appName: "bench",
      masterKey: secret(),
      maintenanceKey: secret(),
      restAPIKey: secret(),
      databaseURI: `postgres://${database.user}@localhost/${database.database}`,
      // Its own reading of the URI knows no unix socket.
      databaseOptions: { host: database.host, port: database.port, user: database.user, max: 10 },
      serverURL: "",
      host: "127.0.0.1",
      port: await freePort(),
      mountPath: "/parse",
      allowCustomObjectId: true,
      allowClientClassCreation: false,
      logsFolder: join(dir, "logs"),
    };
    config.serverURL = `http://127.0.0.1:${config.port}/parse`;
    const file = join(dir, "parse.json");
    writeFileSync(file, JSON.stringify(config));
    const program = await startProgram({
      args: [join(folderOf(parse), "node_modules/parse-server/bin/parse-server"), file],
      env: { NODE_ENV: "production", HOME: dir, PATH: "/usr/local/bin:/usr/bin:/bin" },
      cwd: dir,
      says: /parse-server running on http:\/\/[\w.]+:(\d+)/,
    });
    const app = { "x-parse-application-id": config.appId };
    await ask(
      program.port,
      `/parse/schemas/${className}`,
      { ...app, "x-parse-master-key": config.masterKey },
      {
        className,
        fields: { entityType: { type: "String" }, data: { type: "Object" } },
        classLevelPermissions: {
          get: { "*": true },
          find: { "*": true },
          create: { "*": true },
          update: { "*": true },
        },
      },
    );
    const auth = { ...app, "x-parse-rest-api-key": config.restAPIKey };
    const headers = { ...auth, ...json };
    const objects = `/parse/classes/${className}`;
    const object = (externalId: string) => ({ objectId: externalId, ...fields(externalId) });
    const requests = bulkOf(bulkItems, (externalId) => ({
      method: "POST",
      path: objects,
      body: object(externalId),
    }));
    return {
      program,
      works: {
        create: {
          method: "POST",
          path: objects,
          headers,
          body: JSON.stringify(object(externalIdOf("{n}"))),
          status: [201],
        },
        update: {
          method: "PUT",
          path: `${objects}/${externalIdOf("{n}")}`,
          headers,
          body: JSON.stringify(fields("")),
          status: [200],
        },
        read: { method: "GET", path: `${objects}/${externalIdOf("{n}")}`, headers: auth, status: [200] },
        bulk: {
          method: "POST",
          path: "/parse/batch",
          headers,
          body: JSON.stringify({ requests }),
          status: [200],
          says: '[{"success":',
        },
      },
    };
  },
};
