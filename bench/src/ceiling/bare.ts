import { fileURLToPath } from "node:url";
import { openDatabase } from "@onehazel/db";
import { processMeter } from "../harness/cpu.js";
import { urlOf } from "../harness/postgres.js";
import { startProgram } from "../harness/program.js";
import type { Stage } from "../harness/stage.js";
import { makeBareTables, operatorId } from "./tables.js";
import type { player } from "./works.js";

const insert = `
  insert into bare.entities (operator_id, id, external_id, entity_type, data, created_at, updated_at)
  select $1, 'ent_' || substr(md5(i.external_id), 1, 16), i.external_id, 'player', i.data, now(), now()
  from unnest($2::text[], $3::jsonb[]) as i (external_id, data)`;

/** Starts the least program in a process of its own, on tables of its own in the stage's database. */
export async function startBare({ postgres, postgresCpu }: Stage) {
  const database = await makeBareTables(postgres.superuser);
  const program = await startProgram({
    args: [fileURLToPath(new URL("main.js", import.meta.url)), urlOf(database)],
    env: { NODE_ENV: "production" },
    says: /answers at http:\/\/localhost:(\d+)/,
  });
  return {
    database,
    target: { port: program.port, server: processMeter(program.pid), postgres: postgresCpu },
    load: async (items: ReturnType<typeof player>[]) => {
      const db = openDatabase({ ...database, poolMax: 1 });
      const columns = [
        items.map(({ externalId }) => externalId),
        items.map(({ data }) => JSON.stringify(data)),
      ];
      await db.pool.query(insert, [operatorId, ...columns]);
      await db.close();
    },
    stop: program.stop,
  };
}
