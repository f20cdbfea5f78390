import { createLogger, errorForLog } from "./http/log.js";
import { whenAskedToStop } from "./start/signals.js";
import { readWorkerConfig, WorkerConfigError } from "./worker/config.js";
import { startWorker, WorkerRefused } from "./worker/start.js";

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
  const ours = error instanceof WorkerConfigError || error instanceof WorkerRefused;
  process.stderr.write(`${ours ? error.message : JSON.stringify(errorForLog(error))}\n`);
  process.exitCode = 1;
});
