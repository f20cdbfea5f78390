// A server of this checkout and a PostgreSQL that this script may break, for the responses that the error pages show. Both must be built.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { startEmbedded } from "../../../../packages/db/dist/embedded/index.js";
import { openDatabase } from "../../../../packages/db/dist/index.js";

const api = (program) => fileURLToPath(new URL(`../../../api/dist/${program}.js`, import.meta.url));

/** Every request carries this id, which the server returns: the only one that does not have to be replaced. */
export const requestId = "req-7f3a";

/** Starts PostgreSQL in `folder`, a server and a platform. `stop` ends everything that was started. */
export async function setStage(folder) {
  const log = { info: () => undefined, warn: () => undefined };
  const postgres = await startEmbedded({ dataDir: folder, log });
  const { host, port, user, database } = postgres.owner;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PORT: "0",
    HOST: "127.0.0.1",
    LOG_LEVEL: "silent",
    CHECK_REPLIES: "true",
    DATABASE_URL: `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`,
    ONEHAZEL_MASTER_KEYS: `docs:${randomBytes(32).toString("hex")}`,
    AUTH_FAILURES_PER_MINUTE: "0",
    // How long a repeated request waits for the first one.
    LOCK_TIMEOUT_MS: "1000",
  };
  const server = run("main", [], env);
  const [, baseUrl] = await server.said(/answers at (\S+)/);
  const sql = openDatabase({ ...postgres.superuser, database, poolMax: 2 });
  const creating = run("admin", ["platform:create", "--name", "Docs", "--json"], env);
  const { platformKey } = JSON.parse((await creating.said(/\{.*\}/))[0]);

  async function send({ method, path, key, headers = {}, body }) {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        "x-request-id": requestId,
        ...(key && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** The `data` of a request that has to succeed. */
  async function ask(method, path, key, body, headers) {
    const response = await send({ method, path, key, body, headers });
    if (response.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(response.body)}`);
    return response.body.data;
  }

  return {
    platformKey,
    send,
    ask,
    query: (text, values) => sql.pool.query(text, values),
    /** A session that is in a transaction until `release` is called. */
    async hold(text, values) {
      const session = await sql.pool.connect();
      await session.query("begin");
      await session.query(text, values);
      return async () => {
        await session.query("rollback");
        session.release();
      };
    },
    async newOperator({ template = "tpl_igaming", rateLimits } = {}) {
      const configuration = rateLimits && { rateLimits };
      const { id } = await ask("POST", "/platform-api/operators", platformKey, {
        name: "Docs",
        configuration,
      });
      const created = await ask("POST", `/platform-api/operators/${id}/api-keys`, platformKey, {});
      const { key, id: keyId } = created;
      if (template) await ask("PUT", "/operator-data-api/settings", key, { templateId: template });
      return { id, key, keyId };
    },
    async stopDatabase() {
      await sql.close();
      await postgres.stop();
    },
    async stop() {
      server.child.kill("SIGTERM");
      await server.ended;
      await sql.close().catch(() => undefined);
      await postgres.stop();
    },
  };
}

function run(program, args, env) {
  const child = spawn(process.execPath, [api(program), ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const killWithUs = () => child.kill("SIGTERM");
  process.once("exit", killWithUs);
  let words = "";
  const ended = new Promise((resolve) => child.once("close", resolve));
  const said = (pattern) =>
    new Promise((resolve, reject) => {
      const look = (chunk) => {
        words += chunk;
        const found = pattern.exec(words);
        if (found !== null) resolve(found);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      ended.then(() => reject(new Error(`${program} ended without saying ${pattern}:\n${words}`)));
    });
  return { child, ended, said };
}
