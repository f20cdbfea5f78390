import { readConfig } from "./config.js";
import { createLogger, errorForLog } from "./http/log.js";
import { warnOfMisspeltSettings } from "./misspelt-settings.js";
import { explain } from "./start/explain.js";
import { collectOnOwnThread } from "./start/garbage.js";
import { say } from "./start/say.js";
import { serve } from "./start/serve.js";
import { stopOnCrash, whenAskedToStop } from "./start/signals.js";

async function main(): Promise<void> {
  collectOnOwnThread();
  warnOfMisspeltSettings(say);
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const stop = whenAskedToStop();
  stopOnCrash((error) => log.fatal({ error: errorForLog(error) }, "nobody caught this: stopping"));
  await serve(config, log, stop).catch((error: unknown) => {
    // Asked to stop before it had started.
    if (!stop.signal.aborted || (error as Error).name !== "AbortError") throw error;
  });
  log.info("stopped");
}

main().catch((error: unknown) => {
  say(explain(error));
  process.exitCode = 1;
});
