import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ConnectionOptions } from "@onehazel/db";
import type { BareName } from "./works.js";

/** PostgreSQL's own load program; the embedded PostgreSQL comes without it. */
export interface Pgbench {
  readonly version: string;
  /** Runs a statement so often over so many connections; transactions a second without connecting. */
  run(work: PgbenchName, clients: number, transactionsEach: number): Promise<number>;
  close(): void;
}

export type PgbenchName = Exclude<BareName, "list" | "key">;

/** The statements of the least program, whose values pgbench must make itself: `:n` is of the things that there are. */
export type PgbenchScripts = Readonly<Record<PgbenchName, string>>;

export interface PgbenchOptions {
  readonly database: ConnectionOptions;
  readonly scripts: PgbenchScripts;
}

/** Undefined where this machine has none: in Debian it comes with `postgresql-15` or a later one. */
export function findPgbench({ database, scripts }: PgbenchOptions): Pgbench | undefined {
  const program = findProgram();
  if (program === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), "onehazel-pgbench-"));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(dir, name), text);
  const at = [
    ["-h", database.host],
    ["-p", String(database.port)],
    ["-U", database.user],
  ].flat() as string[];
  return {
    version: execFileSync(program, ["--version"], { encoding: "utf8" })
      .replace(/\s*\(.*\)\s*/, "")
      .trim(),
    run: async (work, clients, transactionsEach) => {
      const args = [
        ...at,
        "--no-vacuum",
        "--protocol=prepared",
        `--file=${join(dir, work)}`,
        `--client=${clients}`,
        `--transactions=${transactionsEach}`,
        database.database as string,
      ];
      const { stdout } = await promisify(execFile)(program, args);
      return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
    },
    close: () => rmSync(dir, { recursive: true }),
  };
}

function findProgram(): string | undefined {
  const packaged = "/usr/lib/postgresql";
  const versions = existsSync(packaged) ? readdirSync(packaged).sort().reverse() : [];
  return [...versions.map((version) => join(packaged, version, "bin")), "/usr/local/bin", "/usr/bin"]
    .map((dir) => join(dir, "pgbench"))
    .find((file) => existsSync(file));
}
