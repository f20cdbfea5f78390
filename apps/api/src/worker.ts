import { readWorkerConfig } from "./config.js";
import { createLogger } from "./http/log.js";
import { warnOfMisspeltSettings } from "./misspelt-settings.js";
import { explain } from "./start/explain.js";
import { say } from "./start/say.js";
import { whenAskedToStop } from "./start/signals.js";
import { startTelemetry } from "./telemetry/start.js";
import { startWorker } from "./worker/start.js";

/** Less than what supervisors allow before they kill. */
const stopTimeoutMs = 25_000;

async function main(): Promise<void> {
  warnOfMisspeltSettings(say);
  const config = readWorkerConfig();
  const log = createLogger(config.logLevel);
  const stop = whenAskedToStop();
  stop.asked.then(() => setTimeout(giveUp, stopTimeoutMs).unref());
  const telemetry = await startTelemetry({ ...config, serviceName: "onehazel-worker" }, log);
  const worker = await startWorker({
    connection: { connectionString: config.databaseWorkerUrl },
    keyring: config.keyring,
    log,
    concurrency: config.concurrency,
    slowQueryMs: config.slowQueryMs,
  });
  await stop.asked;
  await worker.stop();
  await telemetry.stop();
  log.info("stopped");
}

/** What still runs, a start or a stop, waits for a database that does not answer. Another worker takes up what is left. */
function giveUp(): never {
  say("Stopped without the database, which does not answer");
  process.exit(1);
}

main().catch((error: unknown) => {
  say(explain(error));
  process.exitCode = 1;
});
