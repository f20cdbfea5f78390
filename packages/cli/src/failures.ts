import { isAbortError, isAPIError, isOneHazelError } from "@onehazel/sdk";
import { type ExitCode, exitCode } from "./exit-codes.js";

/** Why a command does not do what it was asked to, in words for whoever asked. Holds no key and no personal data. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  constructor(
    message: string,
    readonly exitCode: ExitCode = 1,
    readonly code: string = "FAILED",
    /** What the one line of `--json` tells beside the error. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The command or one of its files has not the right form. */
export function misuse(message: string): Failure {
  return new Failure(message, exitCode.misused, "USAGE");
}

/** A failure as it is told: to people in words, to programs as JSON. */
export interface Told {
  readonly exitCode: ExitCode;
  readonly words: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export function tell(error: unknown): Told {
  if (error instanceof Failure) {
    const { message, code, facts } = error;
    return { exitCode: error.exitCode, words: message, json: { error: { code, message }, ...facts } };
  }
  if (isAbortError(error) || (error as Error)?.name === "AbortError") {
    const message = "Stopped as asked";
    return {
      exitCode: exitCode.interrupted,
      words: message,
      json: { error: { code: "INTERRUPTED", message } },
    };
  }
  if (isAPIError(error)) {
    const { message, code, status, requestId, details } = error;
    const isRefused = status === 401 || status === 403;
    return {
      exitCode: isRefused ? exitCode.refused : exitCode.failed,
      words: [`${code ?? `HTTP ${status}`}: ${message}`, ...(requestId ? [`request ${requestId}`] : [])].join(
        ", ",
      ),
      json: { error: { code: code ?? "HTTP", status, message, requestId, details } },
    };
  }
  // What was typed can't be sent: a key or an address of another form, an id that no path can carry.
  if (isOneHazelError(error) && error.name === "ArgumentError") return tell(misuse(error.message));
  if (isOneHazelError(error)) {
    const { message } = error;
    return {
      exitCode: exitCode.failed,
      words: message,
      json: { error: { code: error.name, message, requestId: error.requestId } },
    };
  }
  const system = codeOf(error);
  const message = system === undefined ? "Something went wrong that should not" : (error as Error).message;
  return {
    exitCode: exitCode.failed,
    words: message,
    json: { error: { code: system ?? "INTERNAL", message } },
  };
}

/** `ECONNREFUSED`, `ENOENT` and the like, however deep fetch has wrapped it. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : codeOf(error.cause);
}
