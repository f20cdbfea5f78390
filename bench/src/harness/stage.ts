import { type Answer, type Call, Client } from "./client.js";
import { type CpuMeter, familyMeter, processMeter } from "./cpu.js";
import { type BenchPostgres, startPostgres } from "./postgres.js";
import { type BenchServerOptions, startServer } from "./server.js";

/** Everything that a benchmark of the API stands on: a database, a server, a tenant, a client, and the meters. */
export interface Stage {
  readonly client: Client;
  /** A key of an operator that has chosen `tpl_igaming`. */
  readonly key: string;
  /** Where the API listens, for clients other than ours. */
  readonly baseUrl: string;
  readonly port: number;
  readonly serverPid: number;
  readonly postgres: BenchPostgres;
  readonly postgresVersion: string;
  /** Of the server's process, and of every process of the database. */
  readonly serverCpu: CpuMeter;
  readonly postgresCpu: CpuMeter;
}

export interface StageOptions extends BenchServerOptions {
  readonly connectionsMax: number;
}

/** No benchmark is about being refused. */
const rateLimits = { realtime: 1_000_000, batch: 1_000_000, read: 1_000_000 };

/** Sets the stage, runs the work, and clears it away whatever happens. */
export async function onStage<T>(options: StageOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
  const postgres = await startPostgres();
  try {
    const server = await startServer(postgres, options);
    const client = new Client(server.port, options.connectionsMax);
    try {
      const platform = JSON.parse(await server.admin("platform:create", "--name", "Bench", "--json"));
      return await work({
        client,
        key: await makeOperator(client, platform.platformKey),
        baseUrl: `http://127.0.0.1:${server.port}`,
        port: server.port,
        serverPid: server.pid,
        postgres,
        postgresVersion: postgres.version,
        serverCpu: processMeter(server.pid),
        postgresCpu: familyMeter(postgres.postmasterPid),
      });
    } finally {
      client.close();
      await server.stop();
    }
  } finally {
    await postgres.stop();
  }
}

async function makeOperator(client: Client, platformKey: string): Promise<string> {
  const send = async (call: Omit<Call, "body"> & { body: object }) =>
    made(await client.send({ ...call, body: JSON.stringify(call.body) }));
  const operators = "/platform-api/operators";
  const body = { name: "Bench", configuration: { rateLimits } };
  const { id } = await send({ method: "POST", path: operators, key: platformKey, body });
  const { key } = await send({
    method: "POST",
    path: `${operators}/${id}/api-keys`,
    key: platformKey,
    body: {},
  });
  const settings = { templateId: "tpl_igaming" };
  await send({ method: "PUT", path: "/operator-data-api/settings", key: key as string, body: settings });
  return key as string;
}

function made({ status, text }: Answer): Record<string, unknown> {
  if (status >= 300) throw new Error(`setting the stage failed: ${status} ${text}`);
  return JSON.parse(text).data;
}
