import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { asBorrowedRole } from "./borrowed-role.js";

/** The package's `functions/`: one level up from `src/` and from `dist/` alike. */
export const functionsDir = fileURLToPath(new URL("../functions/", import.meta.url));

/** Where the fingerprint of the functions in place is kept: one row. */
export const functionsTable = "schema_functions";

/** `2_…` before `10_…`. */
const byNumber = new Intl.Collator("en", { numeric: true }).compare;

export interface Repeatable {
  readonly hash: string;
  readonly scripts: readonly { readonly name: string; readonly text: string }[];
}

/**
 * Reads the repeatable part of the schema. The migrations' names go into the hash too, because a migration may
 * have dropped what a function stood on: after each one, functions are made anew.
 */
export async function readRepeatable(dir: string, migrationNames: readonly string[]): Promise<Repeatable> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".sql")).sort(byNumber);
  const scripts = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(dir, name), "utf8") })),
  );
  const hash = createHash("sha256")
    .update(JSON.stringify([migrationNames, scripts]))
    .digest("hex");
  return { hash, scripts };
}

export async function ensureFunctionsTable(session: pg.ClientBase): Promise<void> {
  await session.query(`
    create table if not exists ${functionsTable} (
      only_row boolean primary key default true check (only_row),
      hash text not null,
      applied_at timestamptz not null default now()
    )`);
}

/** Re-creates every function in one transaction if the hash says that they differ; returns whether it did. */
export async function applyRepeatable(
  session: pg.ClientBase,
  { hash, scripts }: Repeatable,
): Promise<boolean> {
  const { rows } = await session.query<{ hash: string }>(`select hash from ${functionsTable}`);
  if (rows[0]?.hash === hash) return false;
  await session.query("begin");
  try {
    for (const script of scripts) await runScript(session, script.name, script.text);
    await session.query(
      `insert into ${functionsTable} (hash) values ($1)
       on conflict (only_row) do update set hash = excluded.hash, applied_at = now()`,
      [hash],
    );
    await session.query("commit");
    return true;
  } catch (error) {
    await session.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** The first line of a script whose functions belong to another role than the migrating one: `-- owner: onehazel_auth`. */
const ownerLine = /^-- owner: (onehazel_[a-z]+)\n/;

async function runScript(session: pg.ClientBase, name: string, text: string): Promise<void> {
  const owner = ownerLine.exec(text)?.[1];
  try {
    if (owner === undefined) await session.query(text);
    else await asBorrowedRole(session, owner, () => session.query(text));
  } catch (cause) {
    throw new Error(`functions/${name} failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
