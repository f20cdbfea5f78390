import type { QueryListener } from "@onehazel/db";
import type { Logger } from "pino";
import { querySeconds } from "./metrics.js";
import { recordQuery } from "./tracing.js";

const textCharactersMax = 500;

/**
 * Tells metrics, traces and, for a statement that took at least `slowMs` (0: never), the log. A statement's text has placeholders
 * where its values were.
 */
export function queryListener(log: Logger, slowMs: number): QueryListener {
  return (query) => {
    const { name, text, durationMs, failed } = query;
    querySeconds.observe(
      { statement: name ?? "built", outcome: failed ? "failed" : "ok" },
      durationMs / 1000,
    );
    recordQuery(query);
    if (slowMs === 0 || durationMs < slowMs) return;
    log.warn(
      { statement: name, text: text.slice(0, textCharactersMax), durationMs: Math.round(durationMs), failed },
      "slow query",
    );
  };
}
