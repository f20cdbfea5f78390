import { expect } from "vitest";
import { type BulkError, type BulkOptions, type BulkResult, type Fetch, isBulkError } from "../index.js";
import { operatorClient, rejectionOf, testClock } from "./clients.js";

/** An item as it arrives. */
export interface Arrived {
  readonly externalId: string;
  readonly data: Record<string, unknown>;
}

export interface Request {
  readonly items: readonly Arrived[];
  readonly bytes: number;
  readonly key: string | null;
  readonly atMs: number;
}

export interface Batches {
  readonly fetch: Fetch;
  readonly requests: Request[];
  /** The most requests that were on their way at once. */
  readonly together: () => number;
}

export const answer = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });
export const refusal = (
  status: number,
  code: string,
  headers?: Record<string, string>,
  more: object = {},
): Response =>
  answer(
    status,
    { success: false, error: { code, message: `It is ${code}`, ...more }, requestId: "r" },
    headers,
  );
export const stored = (items: readonly unknown[], errors: readonly object[] = []): Response =>
  answer(200, {
    success: true,
    data: { jobId: "job_1", succeeded: items.length - errors.length, failed: errors.length, errors },
  });

/** What a server of batches would do, without a network: `respond` gives undefined for a batch that is stored whole. */
export function batches(
  respond: (request: Request, number: number) => Response | undefined | Promise<Response | undefined> = () =>
    undefined,
): Batches {
  const requests: Request[] = [];
  let [now, most] = [0, 0];
  const fetch: Fetch = async (_, { body, headers }) => {
    most = Math.max(most, ++now);
    const text = body as string;
    const request: Request = {
      items: JSON.parse(text),
      bytes: new TextEncoder().encode(text).length,
      key: new Headers(headers).get("idempotency-key"),
      atMs: performance.now(),
    };
    const number = requests.push(request);
    try {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return (await respond(request, number)) ?? stored(request.items);
    } finally {
      now--;
    }
  };
  return { fetch, requests, together: () => most };
}

export function* games(count: number, externalId = (index: number) => `g${index}`) {
  for (let index = 0; index < count; index++)
    yield { entityType: "game", externalId: externalId(index), data: { index } as Record<string, unknown> };
}

export type Game = ReturnType<typeof games> extends Generator<infer Item> ? Item : never;

export function bulkClient({ fetch }: Batches, clock = testClock()) {
  return operatorClient("http://localhost:9", { fetch, clock });
}

export function load(
  server: Batches,
  items: Iterable<Game>,
  options?: BulkOptions<Game>,
): Promise<BulkResult<Game>> {
  return bulkClient(server).entities.upsertMany(items, options);
}

/** What a load stopped with. */
export async function stopped(loading: Promise<unknown>): Promise<BulkError<Game>> {
  const error = await rejectionOf(loading);
  expect(isBulkError(error)).toBe(true);
  return error as BulkError<Game>;
}
