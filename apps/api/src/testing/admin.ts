import type { TestApi } from "./harness.js";
import { startProgram, urlOf } from "./program.js";

/** What a run of the command line ended with. */
export interface Outcome {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line, as built, on the database of the running server. */
export async function runAdminOn(api: TestApi, args: readonly string[], input?: string): Promise<Outcome> {
  const env = { DATABASE_OWNER_URL: urlOf(api.database.owner) };
  const program = startProgram("admin", { env, args, ...(input === undefined ? {} : { input }) });
  const code = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

/** Runs it with `--json` and reads the one line that it must print; throws on anything else. */
export async function runAdminJsonOn<T = Record<string, unknown>>(
  api: TestApi,
  args: readonly string[],
): Promise<T> {
  const { code, stdout, stderr } = await runAdminOn(api, [...args, "--json"]);
  if (code !== 0 || !/^[^\n]+\n$/.test(stdout)) throw new Error(`ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}
