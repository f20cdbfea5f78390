import { type ConnectionOptions, openDatabase } from "@onehazel/db";
import { connectionFault } from "./explain.js";
import { Refusal } from "./refusal.js";

/** What a connection leads to. */
export interface Login {
  /** As in `server_version_num`: 150004 is 15.4. */
  readonly versionNumber: number;
  readonly encoding: string;
  /** It owns the tables, or may make them where there are none yet. */
  readonly ownsSchema: boolean;
}

const versionNumberMin = 150_000;

/** Looks at what a setting's URL leads to. Throws `Refusal` when nothing answers, or what answers is not fit for us. */
export async function inspect(connection: ConnectionOptions, setting: string): Promise<Login> {
  const login = await look(connection).catch((error: unknown) => {
    throw connectionFault(setting, error);
  });
  refuseUnfit(login, setting);
  return login;
}

/** Throws `Refusal` for a server that is too old, or a database that can't hold every character. */
export function refuseUnfit({ versionNumber, encoding }: Login, setting: string): void {
  if (versionNumber < versionNumberMin) {
    const found = Math.floor(versionNumber / 10_000);
    throw new Refusal(`${setting} leads to PostgreSQL ${found}; 15 or later is needed.`);
  }
  if (encoding !== "UTF8") {
    throw new Refusal(`${setting} leads to a database whose encoding is ${encoding}; UTF8 is needed.`);
  }
}

async function look(connection: ConnectionOptions): Promise<Login> {
  const db = openDatabase({ ...connection, poolMax: 1 });
  try {
    const { rows } = await db.query<{ version_number: number; encoding: string; owns_schema: boolean }>(
      "login",
      `select
         current_setting('server_version_num')::int as version_number,
         current_setting('server_encoding') as encoding,
         coalesce(
           (select pg_has_role(c.relowner, 'usage') from pg_class c where c.oid = to_regclass('schema_migrations')),
           has_schema_privilege('public', 'create')
         ) as owns_schema`,
    );
    const [row] = rows as [(typeof rows)[number]];
    return { versionNumber: row.version_number, encoding: row.encoding, ownsSchema: row.owns_schema };
  } finally {
    await db.close();
  }
}
