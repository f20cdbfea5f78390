import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateMasterKey } from "@onehazel/crypto";
import { cloneDatabase, urlOf } from "@onehazel/db/testing";
import { OneHazel, OneHazelPlatform } from "@onehazel/sdk";
import { startCli, startServerProgram } from "./processes.js";

/** What a run of the command line ended with. */
export interface Ran {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  /** Its one line of JSON; throws if it printed anything else. */
  json<T = Record<string, unknown>>(): T;
}

/** The built server on a database of its own, an operator with a template, and a folder for files. */
export interface Workplace {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly operatorId: string;
  readonly client: OneHazel;
  readonly folder: string;
  /** The environment of a command that needs no login. */
  readonly env: Readonly<Record<string, string>>;
  /** Another operator of the same platform, with the same template. */
  newOperator(): Promise<{
    apiKey: string;
    operatorId: string;
    client: OneHazel;
    env: Record<string, string>;
  }>;
  path(name: string): string;
  write(name: string, content: string | Buffer): Promise<string>;
  run(
    args: readonly string[],
    options?: { env?: Record<string, string>; input?: string | Buffer },
  ): Promise<Ran>;
  /** Kills the server and starts it again at the same address. */
  restartServer(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorkplace(): Promise<Workplace> {
  const database = await cloneDatabase();
  const folder = await mkdtemp(join(tmpdir(), "onehazel-cli-"));
  const masterKeys = generateMasterKey("test1");
  const startServer = async (port: string) => {
    const running = startServerProgram("main", [], {
      DATABASE_URL: urlOf(database.server),
      ONEHAZEL_MASTER_KEYS: masterKeys,
      HOST: "127.0.0.1",
      PORT: port,
      LOG_LEVEL: "fatal",
    });
    const [, chosen = ""] = await running.said(/answers at http:\/\/localhost:(\d+)/);
    return { running, port: chosen };
  };
  let server = await startServer("0");
  const { port } = server;
  const baseUrl = `http://127.0.0.1:${port}`;
  const admin = startServerProgram("admin", ["platform:create", "--name", "Partner", "--json"], {
    DATABASE_OWNER_URL: urlOf(database.owner),
  });
  if ((await admin.ended) !== 0) throw new Error(admin.stderr());
  const platform = new OneHazelPlatform({ apiKey: JSON.parse(admin.stdout()).platformKey, baseUrl });

  const newOperator = async () => {
    const { id } = await platform.operators.create({
      name: "Operator",
      configuration: { rateLimits: { batch: 1_000_000 } },
    });
    const { key: apiKey } = await platform.operators.apiKeys.create(id);
    const client = new OneHazel({ apiKey, baseUrl });
    await client.settings.update({ templateId: "tpl_igaming" });
    const env = { ONEHAZEL_API_KEY: apiKey, ONEHAZEL_BASE_URL: baseUrl, HOME: folder };
    return { apiKey, operatorId: id, client, env };
  };
  const operator = await newOperator();

  return {
    ...operator,
    baseUrl,
    folder,
    newOperator,
    path: (name) => join(folder, name),
    write: async (name, content) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    run: async (args, { env = operator.env, input } = {}) => {
      const running = startCli(args, env, input);
      const code = await running.ended;
      const stdout = running.stdout();
      return {
        code,
        stdout,
        stderr: running.stderr(),
        json: () => {
          if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`not one line: ${stdout}${running.stderr()}`);
          return JSON.parse(stdout);
        },
      };
    },
    restartServer: async () => {
      server.running.kill("SIGKILL");
      await server.running.ended;
      server = await startServer(port);
    },
    stop: async () => {
      server.running.kill("SIGTERM");
      await server.running.ended;
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}
