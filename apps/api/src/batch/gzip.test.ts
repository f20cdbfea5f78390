import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi } from "../testing/harness.js";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const bodyBytesMax = 16 * 1_048_576;
const items = [{ entityType: "game", externalId: "z1", data: { name: "Zipped" } }];
const text = JSON.stringify(items);

const post = (body: string | Uint8Array, headers: Record<string, string> = {}, path = "batch/entities") =>
  api.call("POST", `/operator-data-api/${path}`, { key: api.ours.operator.key, body, headers });
const codeOf = ({ status, body }: Awaited<ReturnType<typeof post>>) => [status, body.error?.code];

describe("a compressed batch", () => {
  it.each(["gzip", "GZIP"])("is inflated from %s", async (encoding) => {
    const answer = await post(gzipSync(text), { "Content-Encoding": encoding });
    expect(answer.body.data).toMatchObject({ succeeded: 1, failed: 0 });
  });

  it("may come plain and say so", async () => {
    expect((await post(text, { "Content-Encoding": "identity" })).status).toBe(200);
  });

  it.each([
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["zstd", Buffer.from(text)],
    ["gzip, gzip", gzipSync(gzipSync(text))],
    ["x-gzip", gzipSync(text)],
  ])("is not inflated from %s", async (encoding, bytes) => {
    expect(codeOf(await post(bytes, { "Content-Encoding": encoding }))).toEqual([
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ]);
  });

  it("is only taken where batches are", async () => {
    const bytes = gzipSync(JSON.stringify(items[0]));
    expect(codeOf(await post(bytes, { "Content-Encoding": "gzip" }, "entities"))[0]).toBe(415);
  });

  it("that is broken is no JSON", async () => {
    for (const bytes of [gzipSync(text).subarray(0, 30), Buffer.from(text), Buffer.alloc(0)]) {
      expect(codeOf(await post(bytes, { "Content-Encoding": "gzip" }))).toEqual([400, "INVALID_JSON"]);
    }
  });

  it("counts inflated, to the byte", async () => {
    const padded = (bytes: number) => gzipSync(text + " ".repeat(bytes - text.length), { level: 1 });
    expect((await post(padded(bodyBytesMax), { "Content-Encoding": "gzip" })).status).toBe(200);
    expect(codeOf(await post(padded(bodyBytesMax + 1), { "Content-Encoding": "gzip" }))).toEqual([
      413,
      "PAYLOAD_TOO_LARGE",
    ]);
    expect(codeOf(await post(text + " ".repeat(bodyBytesMax)))).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  it("is not inflated beyond its limit", async () => {
    const zeros = gzipSync(Buffer.alloc(64 * 1_048_576));
    // A gzip file may have many members, one after the other: 2 GiB in 2 MB.
    const bomb = Buffer.concat(Array.from({ length: 32 }, () => zeros));
    const before = process.memoryUsage.rss();
    expect(codeOf(await post(bomb, { "Content-Encoding": "gzip" }))).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1_048_576);
  });
});
