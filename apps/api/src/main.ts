import { parseMasterKeys } from "@onehazel/crypto";
import type { Database } from "@onehazel/db";
import { EmbeddedPostgresError } from "@onehazel/db/embedded";
import { type App, createApp } from "./app.js";
import { type Config, ConfigError, readConfig } from "./config.js";
import { createLogger, errorForLog } from "./http/log.js";
import { openGivenDatabase } from "./start/database.js";
import { ensureDemo } from "./start/demo.js";
import { type EmbeddedDatabase, embeddedMasterKeys, openEmbeddedDatabase } from "./start/embedded.js";
import { StartRefused } from "./start/refusal.js";
import { whenAskedToStop } from "./start/signals.js";

const drainDeadlineMs = 10_000;

/** For the person at the terminal; programs read the log. */
function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const stop = whenAskedToStop();
  const opened = await open(config, stop.signal);
  let app: App | undefined;
  try {
    app = await createApp({ ...opened, log, checkReplies: config.checkReplies });
    const port = await listen(app, config);
    const baseUrl = `http://localhost:${port}`;
    say(`OneHazel answers at ${baseUrl}`);
    if (opened.embedded !== undefined) await welcome(opened.embedded, baseUrl, config);
    log.info({ port }, "listening");
    await stop.asked;
    say("Stopping: finishing what is in flight");
  } finally {
    await app?.stop(drainDeadlineMs);
    await opened.db.close();
    await opened.embedded?.postgres.stop();
  }
  log.info("stopped");

  async function open(settings: Config, signal: AbortSignal) {
    if (settings.databaseUrl !== undefined) {
      const db: Database = await openGivenDatabase(settings, log);
      return { db, keyring: parseMasterKeys(settings.masterKeys as string), embedded: undefined };
    }
    const keyring = parseMasterKeys(settings.masterKeys ?? (await embeddedMasterKeys(settings)));
    const embedded = await openEmbeddedDatabase(settings, log, say, signal);
    return { db: embedded.db, keyring, embedded };
  }
}

async function listen(app: App, config: Config): Promise<number> {
  try {
    return await app.listen(
      config.port,
      config.host ?? (config.databaseUrl === undefined ? "127.0.0.1" : undefined),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new StartRefused(`Port ${config.port} is taken. Stop what uses it, or choose another: PORT=8081`);
  }
}

async function welcome({ postgres }: EmbeddedDatabase, baseUrl: string, config: Config): Promise<void> {
  const file = await ensureDemo(postgres.owner, baseUrl, config.dataDir);
  const key = `$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).operatorKey' '${file.replaceAll("'", "'\\''")}')`;
  const player = { email: "ada@example.com", country: "GB", currency: "GBP" };
  const body = JSON.stringify({ entityType: "player", externalId: "player_1", data: player });
  say(`Demo credentials lie in ${file}. Try:\n`);
  say(
    `curl ${baseUrl}/operator-data-api/entities -H "Authorization: Bearer ${key}" ` +
      `-H 'Content-Type: application/json' -d '${body}'\n`,
  );
}

main().catch((error: unknown) => {
  const words =
    error instanceof StartRefused || error instanceof ConfigError || error instanceof EmbeddedPostgresError;
  if ((error as Error).name === "AbortError") return;
  say(
    words || (error as Error).name === "MasterKeyError"
      ? (error as Error).message
      : JSON.stringify(errorForLog(error)),
  );
  process.exitCode = 1;
});
