import type { Server } from "node:http";
import type { Logger } from "pino";
import { errorForLog } from "./log.js";

const reportEveryMs = 10_000;

/**
 * Says in the log that connections could not be taken: too many at once, or no descriptors left. Neither ends the server; both
 * come in floods, so they are told as a number every few seconds.
 */
export function reportRefusedConnections(server: Server, log: Logger): void {
  let refused = 0;
  let lastError: unknown;
  const note = (error?: unknown) => {
    refused += 1;
    lastError = error ?? lastError;
    if (refused > 1) return;
    setTimeout(report, reportEveryMs).unref();
    log.warn(describe(), "connections refused");
  };
  const describe = () => ({ refused, ...(lastError === undefined ? {} : { error: errorForLog(lastError) }) });
  const report = () => {
    if (refused > 1) log.warn(describe(), "connections refused");
    refused = 0;
    lastError = undefined;
  };
  server.on("drop", () => note());
  server.on("error", note);
}
