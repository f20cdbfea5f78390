/** What every error of this package can tell about the call that failed. */
export interface ErrorContext {
  /** How many times the request was sent. 0: it never left. */
  readonly attempts?: number;
  /** The Idempotency-Key the request carried. */
  readonly idempotencyKey?: string | undefined;
  /** The server's id of the request; quote it when you ask for help. */
  readonly requestId?: string | undefined;
  /** Whether the same call, made again with the same Idempotency-Key, may succeed and can do no harm. */
  readonly isRetryable?: boolean;
  readonly cause?: unknown;
}

/** Carries the names of an error's classes: guards read it, so that they work across realms and copies of this package. */
export const brand: unique symbol = Symbol.for("@onehazel/sdk/error");

/**
 * The root of everything this package throws. API keys are in none of them; `idempotencyKey` is not enumerable, because
 * it often names a person and errors end up in logs.
 *
 * @example
 * try {
 *   await client.entities.get("player_12345");
 * } catch (error) {
 *   if (isOneHazelError(error)) console.error(error.name, error.requestId, error.attempts);
 *   throw error;
 * }
 */
export class OneHazelError extends Error {
  /** How many times the request was sent. 0: it never left. */
  declare readonly attempts: number;
  /** The server's id of the request; quote it when you ask for help. */
  declare readonly requestId: string | undefined;
  /** Whether the same call, made again with the same Idempotency-Key, may succeed and can do no harm. */
  declare readonly isRetryable: boolean;
  /** The Idempotency-Key the request carried. */
  declare readonly idempotencyKey: string | undefined;
  /** The names of its classes, for the guards. */
  declare readonly [brand]: readonly string[];
  /** The class's name, written out: minifiers rename classes. */
  static readonly kind: string = "OneHazelError";

  constructor(message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.attempts = context.attempts ?? 0;
    this.requestId = context.requestId;
    this.isRetryable = context.isRetryable ?? false;
    const names: string[] = [];
    for (
      let Class: { readonly kind?: string } = new.target;
      Class.kind;
      Class = Object.getPrototypeOf(Class)
    ) {
      names.push(Class.kind);
    }
    hide(this, { name: names[0], idempotencyKey: context.idempotencyKey, [brand]: names });
  }
}

/** Gives an object properties that nothing shows which goes through it: errors end up in logs. */
export function hide(target: object, properties: object): void {
  for (const name of Reflect.ownKeys(properties))
    Object.defineProperty(target, name, { value: Reflect.get(properties, name), configurable: true });
}

/**
 * You called this package in a way that cannot work; nothing was sent.
 *
 * @example
 * if (error instanceof ArgumentError) console.error("a fault of this program:", error.message);
 */
export class ArgumentError extends OneHazelError {
  static override readonly kind = "ArgumentError";
}

/**
 * No answer came back: no connection, or it broke before the whole answer was there. `cause` is fetch's own error.
 *
 * @example
 * if (isConnectionError(error)) console.error("is the server up?", error.attempts, error.cause);
 */
export class ConnectionError extends OneHazelError {
  static override readonly kind = "ConnectionError";
}

/**
 * The answer, body included, was not there in time.
 *
 * @example
 * if (isTimeoutError(error)) console.error(`no answer within ${error.timeoutMs} ms`, error.bound, error.attempts);
 */
export class TimeoutError extends OneHazelError {
  static override readonly kind = "TimeoutError";
  /** The bound that was met: of one attempt, or of the whole call. */
  declare readonly bound: "attempt" | "deadline";
  /** How long the last attempt was given, in milliseconds. */
  declare readonly timeoutMs: number;

  constructor(bound: "attempt" | "deadline", timeoutMs: number, context: ErrorContext = {}) {
    const text = bound === "attempt" ? "No response within timeoutMs" : "The call's deadlineMs ran out";
    super(`${text} (the last attempt had ${Math.round(timeoutMs)} ms)`, context);
    this.bound = bound;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Your `signal` stopped the call. `cause` is the signal's reason.
 *
 * @example
 * if (isAbortError(error)) return; // the user left
 */
export class AbortError extends OneHazelError {
  static override readonly kind = "AbortError";
  constructor(context: ErrorContext = {}) {
    super("The call was aborted by its signal", context);
  }
}

/**
 * The reply says success, but is not what the API answers: often a proxy's or a login page.
 *
 * @example
 * if (isDecodeError(error)) console.error("is baseUrl right?", error.status, error.snippet);
 */
export class DecodeError extends OneHazelError {
  static override readonly kind = "DecodeError";
  /** The reply's HTTP status. */
  declare readonly status: number;
  /** The beginning of the reply, at most 200 characters, without keys; JSON is withheld, since it may hold personal data. */
  declare readonly snippet: string;

  constructor(status: number, snippet: string, context: ErrorContext = {}) {
    super(`HTTP ${status}: not a response of this API; check baseUrl`, context);
    this.status = status;
    this.snippet = snippet;
  }
}

/**
 * `apiKeys.rotate()` stopped between two of its steps. The key in use before still works, whatever the step; only after
 * `revoke` does the new one serve as well and this client use it.
 *
 * @example
 * if (error instanceof KeyRotationError && error.newKeyId) await client.apiKeys.revoke(error.newKeyId);
 */
export class KeyRotationError extends OneHazelError {
  static override readonly kind = "KeyRotationError";
  /** The step that failed. */
  declare readonly step: "create" | "verify" | "handOver" | "revoke";
  /** The id of the key that was in use before. */
  declare readonly oldKeyId: string;
  /** The new key's id, if it exists and is still active: revoke it if you don't want it. */
  declare readonly newKeyId: string | undefined;

  constructor(
    step: KeyRotationError["step"],
    keys: { readonly oldKeyId: string; readonly newKeyId?: string | undefined },
    context: ErrorContext = {},
  ) {
    super(`Key rotation stopped at "${step}"`, context);
    this.step = step;
    this.oldKeyId = keys.oldKeyId;
    this.newKeyId = keys.newKeyId;
  }
}
