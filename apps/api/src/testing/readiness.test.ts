import { generateMasterKey, parseMasterKeys } from "@onehazel/crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLogger } from "../http/log.js";
import { announceKeys } from "../rotation/announcer.js";
import { call } from "./call.js";
import { startApi, type TestApi } from "./harness.js";

const masterKeys = generateMasterKey("test1");

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ masterKeys });
});
afterAll(() => api.stop());

it("a server whose master key is retired under it asks for no more traffic, and does again when it may use it", async () => {
  let isSound = () => true;
  const { baseUrl, db } = await api.startTwin({}, { areKeysSound: () => isSound() });
  const announcing = await announceKeys(db, parseMasterKeys(masterKeys), createLogger("silent"), 20);
  ({ isSound } = announcing);
  const readiness = async () => {
    const { status, headers, body } = await call(baseUrl, "GET", "/readyz");
    return [status, headers.get("retry-after"), body.status];
  };
  const retire = (at: string) => api.sql(`update master_keys set retired_at = ${at} where id = 'test1'`);
  try {
    expect(await readiness()).toEqual([200, null, "ready"]);
    await retire("now()");
    await expect.poll(readiness, { timeout: 60_000 }).toEqual([503, "1", "master key unusable"]);
    expect((await call(baseUrl, "GET", "/livez")).status).toBe(200);
    await retire("null");
    await expect.poll(readiness, { timeout: 60_000 }).toEqual([200, null, "ready"]);
  } finally {
    announcing.stop();
  }
});
