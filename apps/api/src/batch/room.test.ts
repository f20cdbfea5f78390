import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";
import { head } from "../testing/raw.js";

const batchBodiesBytesMax = 1_000;
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ batchBodiesBytesMax });
});
afterAll(() => api.stop());

const path = "/operator-data-api/batch/entities";
const itemsOf = (externalId: string, padding = 0) => [
  { entityType: "game", externalId, data: { name: "x".repeat(padding) } },
];
const post = (externalId: string, padding = 0, headers = {}) =>
  api.call("POST", path, { key: api.ours.operator.key, body: itemsOf(externalId, padding), headers });

/** A batch that has taken its tenant's share of the room, of which nothing but the last byte is still to come. */
async function slowBatch(): Promise<{ finish(): Promise<string>; socket: Socket }> {
  const text = JSON.stringify(itemsOf("slow")).padEnd(batchBodiesBytesMax / 2);
  const { hostname, port } = new URL(api.baseUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const headers = [
    `Authorization: Bearer ${api.ours.operator.key}`,
    "Content-Type: application/json",
    `Content-Length: ${text.length}`,
    // The server says that it goes on once it reads the body, which it does in the room.
    "Expect: 100-continue",
  ];
  socket.write(head(`POST ${path} HTTP/1.1`, headers) + text.slice(0, -1));
  expect((await once(socket, "data")).toString()).toMatch(/^HTTP\/1\.1 100 /);
  return {
    socket,
    finish: async () => {
      let answer = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        answer += chunk;
      });
      socket.write(text.slice(-1));
      await once(socket, "close");
      return answer;
    },
  };
}

describe("the room for batches' bodies", () => {
  it("being full for five seconds is 503 with Retry-After; who has it finishes, and then there is room", async () => {
    const slow = await slowBatch();
    const refused = await post("refused");
    expect([refused.status, refused.body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await slow.finish()).toContain('"succeeded":1');
    expect((await post("again")).status).toBe(200);
  });

  it("is shared: one tenant's slow batches leave the other half to the others", async () => {
    const slow = await slowBatch();
    const theirs = await api.call("POST", path, { key: api.theirs.operator.key, body: itemsOf("theirs") });
    expect(theirs.status).toBe(200);
    expect(await slow.finish()).toContain('"succeeded":1');
  });

  it("is waited for, and single writes need none", async () => {
    const slow = await slowBatch();
    const waiting = Promise.all([post("waits_1"), post("waits_2")]);
    const single = await api.call("POST", "/operator-data-api/entities", {
      key: api.ours.operator.key,
      body: itemsOf("single")[0],
    });
    expect(single.status).toBe(201);
    expect(await slow.finish()).toContain('"succeeded":1');
    expect((await waiting).map(({ status }) => status)).toEqual([200, 200]);
  });

  it("comes back from who hangs up, and from who is refused", async () => {
    (await slowBatch()).socket.destroy();
    expect((await post("after")).status).toBe(200);
    for (let round = 0; round < 3; round += 1) {
      const answer = await api.call("POST", path, { key: api.ours.operator.key, body: "[".repeat(900) });
      expect(answer.status).toBe(400);
    }
    expect((await post("last", 800)).status).toBe(200);
  });

  it("lets in what is larger than itself, one by one", async () => {
    const answers = await Promise.all([
      post("large_1", 5_000),
      post("large_2", 5_000),
      post("large_3", 5_000),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

it("an item larger than a single write may be is reported, and its neighbours are stored", async () => {
  const { key } = await api.createOperator(api.ours);
  const large = [...itemsOf("large", 1_048_576), ...itemsOf("dense"), ...itemsOf("fits", 1_000_000)];
  Object.assign(large[1]?.data ?? {}, { numbers: Array.from({ length: 200_000 }, () => 0.000015) });
  const { body } = await api.call("POST", path, { key, body: large });
  expect(body.data.succeeded).toBe(1);
  expect(body.data.errors).toMatchObject([
    { index: 0, externalId: "large", code: "VALIDATION_FAILED", message: expect.stringContaining("1048576") },
    { index: 1, externalId: "dense", code: "VALIDATION_FAILED" },
  ]);
});

describe("a batch of too many JSON values", () => {
  const dense = (part: string, count: number) =>
    `[{"entityType":"game","externalId":"dense","data":{"name":"n","d":[${Array.from({ length: count }, () => part).join(",")}]}}]`;
  // Array, item, two texts, data, name, d.
  const around = 7;

  it.each(["{}", "[]", "0"])(
    "%s is refused whole, and one fewer is taken",
    async (part) => {
      const send = (count: number) =>
        api.call("POST", path, { key: api.ours.operator.key, body: dense(part, count) });
      const refused = await send(2_000_000 - around + 1);
      expect([refused.status, refused.body.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
      expect(refused.body.error.message).toContain("2000000 JSON values");
      expect((await send(2_000_000 - around)).status).toBe(200);
    },
    60_000,
  );
});
