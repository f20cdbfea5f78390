import type { Fetch } from "../attempt.js";
import type { AnswerOf, ErrorCode, OperationId } from "../operations.js";
import { fitting } from "./fitting.js";
import { errorReply, operationAt, recordingOf, reply, statusOf } from "./recording.js";
import type { MockCall } from "./types.js";

export type { MockCall } from "./types.js";

/** How often, and how. */
export interface MockErrorOptions {
  /** How many calls of the operation fail, before it is answered again; 1 by default. */
  readonly times?: number;
  /** What `Retry-After` says with 409, 429 and 503; 0 by default, so that no test has to wait. */
  readonly retryAfterSeconds?: number;
}

/** A `fetch` that answers as the specification shows it. */
export interface MockFetch extends Fetch {
  /** Every call so far, attempts that failed included. */
  readonly calls: readonly MockCall[];
  /**
   * Answers the next calls of an operation with an error.
   *
   * @throws Error where the operation never answers this one.
   * @example
   * fetch.fail("upsertEntity", "RATE_LIMITED", { times: 2, retryAfterSeconds: 1 });
   */
  fail(operationId: OperationId, code: ErrorCode, options?: MockErrorOptions): void;
  /**
   * Answers the next calls of an operation with no answer at all: the connection breaks off.
   *
   * @example
   * fetch.disconnect("recordEvent"); // the first attempt is lost, the second one arrives
   */
  disconnect(operationId: OperationId, times?: number): void;
  /**
   * Answers an operation with something else from now on: its whole body, `success` included.
   *
   * @example
   * fetch.answer("listEntities", { success: true, data: [], nextCursor: null });
   */
  answer<Id extends OperationId>(operationId: Id, body: AnswerOf<Id>): void;
  /**
   * Forgets calls, errors and answers.
   *
   * @example
   * afterEach(() => fetch.reset());
   */
  reset(): void;
}

type Failing = () => Response;

/**
 * The API for tests of your own, without a network: every operation answers with the example that the specification shows
 * for it, so a test breaks when the API changes. Nothing is stored: it gives the same answer whatever was written.
 *
 * @example
 * const fetch = mockFetch();
 * const client = new OneHazel({ apiKey: mockApiKey, baseUrl: "http://mock.test", fetch });
 * fetch.fail("upsertEntity", "SERVICE_UNAVAILABLE");
 * await client.entities.upsert(player); // the second attempt succeeds
 * fetch.calls.length; // 2
 */
export function mockFetch(): MockFetch {
  const calls: MockCall[] = [];
  const failing = new Map<OperationId, Failing[]>();
  const answers = new Map<OperationId, unknown>();
  const failNext = (id: OperationId, times: number, how: Failing) =>
    void failing.set(id, [...(failing.get(id) ?? []), ...Array<Failing>(times).fill(how)]);

  const fetch: Fetch = async (url, { method = "GET", headers: sent, body: text, signal }) => {
    signal?.throwIfAborted();
    const { pathname, searchParams } = new URL(url);
    const found = operationAt(method, pathname);
    if (found === undefined) return errorReply("object", "NOT_FOUND", 0);
    const { id, parameters: path } = found;
    const recording = recordingOf(id);
    const headers = new Headers(sent);
    const query = Object.fromEntries(searchParams);
    const sentBody = typeof text === "string" ? JSON.parse(text) : undefined;
    const call = { operationId: id, path, query, headers, body: sentBody };
    calls.push(call);
    if (!headers.get("authorization")?.startsWith("Bearer "))
      return errorReply(recording.shape, "AUTH_MISSING", 0);
    const failure = failing.get(id)?.shift();
    if (failure !== undefined) return failure();
    const body = answers.get(id) ?? (await fitting(recording, call));
    return reply(recording.status, body, recording.type);
  };

  return Object.assign(fetch, {
    calls,
    fail: (id: OperationId, code: ErrorCode, options: MockErrorOptions = {}) => {
      const { times = 1, retryAfterSeconds = 0 } = options;
      const { shape, statuses } = recordingOf(id);
      if (!statuses.includes(statusOf(code))) throw new Error(`${id} never answers ${code}`);
      failNext(id, times, () => errorReply(shape, code, retryAfterSeconds));
    },
    disconnect: (id: OperationId, times = 1) =>
      failNext(id, times, () => {
        throw new TypeError("fetch failed", { cause: new Error("The mock was told to disconnect") });
      }),
    answer: (id: OperationId, body: unknown) => void answers.set(id, body),
    reset: () => {
      calls.length = 0;
      failing.clear();
      answers.clear();
    },
  });
}

/** An API key that `OneHazel` takes and no server knows. */
export const mockApiKey = `oh_live_${"0".repeat(64)}`;

/** An API key that `OneHazelPlatform` takes and no server knows. */
export const mockPlatformKey = `oh_platform_${"0".repeat(64)}`;
