import { type Database, openDatabase } from "@onehazel/db";
import { type Call, Client } from "../harness/client.js";
import type { BenchPostgres } from "../harness/postgres.js";
import { type BenchServer, startServer, startWorker } from "../harness/server.js";
import type { Tenant } from "./messages.js";

/** A database with the tenants of the benchmark, past row-level security for its preparation. */
export interface FairnessStage {
  readonly postgres: BenchPostgres;
  readonly superuser: Database;
  /** Two operators of one platform. */
  readonly attackers: readonly [Tenant, Tenant];
  readonly victims: Readonly<Record<VictimPlace, Tenant>>;
  startServer(): Promise<BenchServer>;
  clear(): Promise<void>;
}

/** Which platform the victim belongs to: the attackers', or another one. */
export type VictimPlace = "same platform" | "another platform";
export const victimPlaces: readonly VictimPlace[] = ["same platform", "another platform"];

/** Limits that no attack reaches, so that what is measured is not a 429. */
const rateLimits = { realtime: 1_000_000, batch: 1_000_000, read: 1_000_000, management: 1_000_000 };

export async function setStage(postgres: BenchPostgres): Promise<FairnessStage> {
  const superuser = openDatabase({ ...postgres.superuser, poolMax: 4, lockTimeoutMs: 0 });
  const server = await startServer(postgres);
  const client = new Client(server.port, 4);
  try {
    const platform = async (name: string) => {
      const created = await server.admin("platform:create", "--name", name, "--json");
      return JSON.parse(created).platformKey as string;
    };
    const [theirs, other] = [await platform("Attackers"), await platform("Another")];
    const attackers = [await makeOperator(client, theirs), await makeOperator(client, theirs)] as const;
    const victims = {
      "same platform": await makeOperator(client, theirs),
      "another platform": await makeOperator(client, other),
    };
    // Erasures that are not done at once are a worker's.
    await superuser.pool.query("alter role onehazel_worker login");
    const worker = await startWorker(postgres);
    const clear = async () => {
      await worker.stop();
      await superuser.close();
    };
    return { postgres, superuser, attackers, victims, startServer: () => startServer(postgres), clear };
  } finally {
    client.close();
    await server.stop();
  }
}

async function makeOperator(client: Client, platformKey: string): Promise<Tenant> {
  const operators = "/platform-api/operators";
  const send = async (method: string, path: string, key: string, body: object) => {
    const call: Call = { method, path, key, body: JSON.stringify(body) };
    const { status, text } = await client.send(call);
    if (status >= 300) throw new Error(`setting the stage failed: ${method} ${path}: ${status} ${text}`);
    return JSON.parse(text).data;
  };
  const { id } = await send("POST", operators, platformKey, {
    name: "Operator",
    configuration: { rateLimits },
  });
  const { key } = await send("POST", `${operators}/${id}/api-keys`, platformKey, {});
  await send("PUT", "/operator-data-api/settings", key, { templateId: "tpl_igaming" });
  return { operatorId: id, apiKey: key };
}
