import { createLogger } from "./http/log.js";
import { explain } from "./start/explain.js";
import { say } from "./start/say.js";
import { whenAskedToStop } from "./start/signals.js";
import { readWorkerConfig } from "./config.js";
import { startWorker } from "./worker/start.js";

async function main(): Promise<void> {
  const config = readWorkerConfig();
  const log = createLogger(config.logLevel);
  const stop = whenAskedToStop();
  const worker = await startWorker({
    connection: { connectionString: config.databaseWorkerUrl },
    keyring: config.keyring,
    log,
    concurrency: config.concurrency,
  });
  await stop.asked;
  await worker.stop();
  log.info("stopped");
}

main().catch((error: unknown) => {
  say(explain(error));
  process.exitCode = 1;
});
