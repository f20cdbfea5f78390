// What the SDK's README takes for granted, as its reader would have it, and what each of its blocks has to come to.
import { strict as expect } from "node:assert";

export const apiKey = process.argv[2] ?? "";
export const baseUrl = "http://localhost:8080";
export const row = { id: "player_12345", version: 3 };
export const players = [
  {
    entityType: "player",
    externalId: "p1",
    data: { email: "ada@example.com", country: "GB", currency: "GBP" },
  },
  { entityType: "player", externalId: "p2", data: { country: "GB" } },
];
export async function* rowsOf(_file: string) {
  yield* players;
}
export const told: unknown[][] = [];
const tell = (...words: unknown[]) => void told.push(words);
export const bar = { update: tell };
export const rejects = { write: tell };
export const archive = async (line: object) => tell("archived", line);
export const save = async (data: readonly object[], cursor: string | null) =>
  tell("saved", data.length, cursor);
export const retryAt = tell;
export const show = tell;
export const currentTrace = () => "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

interface Made {
  readonly [name: string]: unknown;
  readonly data: { readonly email?: string; readonly external_id?: string };
  readonly newest: readonly unknown[];
  readonly rateLimit: { readonly category: string };
  readonly found: { readonly data: unknown };
  readonly level: { readonly value: unknown };
}

const expected: Readonly<Record<string, (made: Made) => void>> = {
  "@onehazel/sdk": ({ action, data }) => {
    expect.equal(action, "created");
    expect.equal(data.email, "ada@example.com");
  },
  Errors: () => expect.deepEqual(told, []),
  Retries: ({ entity_type }) => expect.equal(entity_type, "player"),
  Idempotency: ({ isReplay }) => expect.equal(isReplay, true),
  Lists: ({ newest }) => {
    expect.equal(newest.length, 1);
    expect.deepEqual(told.splice(0), [["saved", 1, null]]);
  },
  "Events, states, batches, exports": ({ isDuplicate, failed }) => {
    expect.deepEqual([isDuplicate, failed], [false, 1]);
    const types = told.splice(0).map(([, line]) => (line as { type: string }).type);
    expect.deepEqual(types, ["entity", "state", "event"]);
  },
  "Bulk loads": ({ succeeded, failed }) => {
    expect.deepEqual([succeeded, failed], [1, 1]);
    const refused = told.splice(0).find((words) => words.length === 4);
    expect.deepEqual([refused?.[0], refused?.[2]], [1, "VALIDATION_FAILED"]);
  },
  "Replies, hooks, logs": ({ data, attempts, requestId, rateLimit }) => {
    expect.deepEqual([data.external_id, attempts, rateLimit.category], ["player_12345", 1, "read"]);
    expect.match(String(requestId), /^[\w-]+$/);
  },
  "Types of your own template": ({ found }) => expect.deepEqual(found.data, { email: "ada@example.com" }),
  "Testing your integration": ({ level }) => expect.equal(level.value, 7),
};

/** Throws unless the blocks up to this one made what the README says. */
export async function check(heading: string, made: object): Promise<void> {
  const found = expected[heading];
  expect.ok(found, `something is expected of "${heading}"`);
  found(made as Made);
  console.log(`ran: ${heading}`);
}
