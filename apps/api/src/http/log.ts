import { type Logger, pino } from "pino";
import { LogOutput } from "./log-output.js";

const standardOutput = 1;

/** Where secrets could stand if somebody logged a request by mistake. */
const redactPaths = [
  "authorization",
  "*.authorization",
  "headers.*",
  "*.headers.*",
  "apiKey",
  "*.apiKey",
  "key",
  "*.key",
  "body",
  "*.body",
  "data",
  "*.data",
];

/**
 * Structured lines, times in ISO 8601, on the standard output unless said. What could carry a key or a person is redacted by name as
 * well as never passed.
 */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redactPaths, censor: "[redacted]" },
  };
  return pino(options, destination ?? new LogOutput(standardOutput));
}

const framesMax = 12;

/**
 * An error as it may be logged. PostgreSQL quotes values in its messages and details (`Key (external_id)=(…)`), so of its
 * errors only what names the schema is kept, with the stack's frames.
 */
export function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = framesOf(error);
  const { code, table, constraint, routine, severity } = error as unknown as Record<string, unknown>;
  const fromPostgres = severity !== undefined;
  return {
    name: error.name,
    ...(fromPostgres ? { table, constraint, routine } : { message: error.message.slice(0, 500) }),
    ...(code === undefined ? {} : { code }),
    stack: frames.slice(0, framesMax),
    ...(error.cause === undefined ? {} : { cause: errorForLog(error.cause) }),
  };
}

/** The stack begins with the message, whose own lines may look like frames; knex puts a statement and ` - ` before it later. */
function framesOf({ message, stack = "" }: Error): string[] {
  const said = stack.includes(message) ? message : message.slice(message.lastIndexOf(" - ") + 3);
  const start = stack.indexOf(said);
  if (start < 0) return [];
  const lines = stack.slice(start + said.length).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line.startsWith("at "));
}
