import { type Database, openDatabase } from "@onehazel/db";
import type { TestApi } from "./harness.js";

/** What a statement is refused with: by the database's own rules, or by a function of ours. */
export const refused = "42501";
export const raised = "P0001";

export interface Attempts {
  /** Runs one statement in a transaction that is undone: how many rows it saw or touched, or the state it was refused with. */
  attempt(
    role: string,
    text: string,
    values?: unknown[],
    scope?: Readonly<Record<string, string>>,
  ): Promise<number | string>;
  close(): Promise<void>;
}

/** Connections as the roles `server`, `owner` and `worker`. */
export function openAttempts({ database }: TestApi): Attempts {
  const roles: Record<string, Database> = {};
  for (const role of ["server", "owner", "worker"] as const) {
    roles[role] = openDatabase({ ...database[role], poolMax: 1 });
  }
  return {
    attempt: async (role, text, values = [], scope = {}) => {
      const client = await (roles[role] as Database).pool.connect();
      try {
        await client.query("begin");
        for (const [name, id] of Object.entries(scope)) {
          await client.query("select set_config($1, $2, true)", [name, id]);
        }
        return (await client.query(text, values)).rowCount ?? 0;
      } catch (error) {
        return (error as { code: string }).code;
      } finally {
        await client.query("rollback");
        client.release();
      }
    },
    close: async () => {
      for (const db of Object.values(roles)) await db.close();
    },
  };
}
