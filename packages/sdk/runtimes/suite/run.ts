import { type File, startTests, type Task, type VitestRunner, type VitestRunnerConfig } from "@vitest/runner";
import { Connection } from "./connection.js";
import type { Report } from "./protocol.js";

/** The test files by name, each loaded when its turn comes. */
export type Files = Readonly<Record<string, () => Promise<unknown>>>;

const config: VitestRunnerConfig = {
  root: "/",
  setupFiles: [],
  name: undefined,
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 1, hooks: "stack", setupFiles: "list" },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: 20_000,
  hookTimeout: 20_000,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
};

let open: Connection | undefined;

/** The line to the fault servers. */
export function connection(): Connection {
  if (open === undefined) throw new Error("The tests have not begun");
  return open;
}

/** Runs every test file, one after the other, and tells the relay what came of it. */
export async function runSuite(relayUrl: string, files: Files): Promise<void> {
  const startedAtMs = performance.now();
  open = await Connection.open(relayUrl);
  const runner: VitestRunner = {
    config,
    importFile: async (path) => void (await files[path.slice(1)]?.()),
  };
  const ran = await startTests(
    Object.keys(files).map((name) => `/${name}`),
    runner,
  );
  const durationMs = performance.now() - startedAtMs;
  await open.report({ runtime: versionOf(), ...resultOf(ran), durationMs });
}

function resultOf(ran: readonly File[]): Pick<Report, "files" | "failed"> {
  const failed: Report["failed"][number][] = [];
  const visit = (task: Task, path: string): number => {
    const name = `${path} ${task.name}`.trim();
    const errors = task.result?.errors ?? [];
    const isPassed = task.type === "test" && task.result?.state === "pass";
    if (errors.length > 0 || (task.type === "test" && !isPassed))
      failed.push({ name, why: errors.map(({ stack, message }) => stack ?? message).join("\n") });
    if (task.type === "test") return isPassed ? 1 : 0;
    return task.tasks.reduce((sum, child) => sum + visit(child, name), 0);
  };
  return { files: Object.fromEntries(ran.map((file) => [file.name, visit(file, "")])), failed };
}

/** Node 20 has no navigator. */
function versionOf(): string {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent: string } };
  return navigator?.userAgent ?? process.version;
}
