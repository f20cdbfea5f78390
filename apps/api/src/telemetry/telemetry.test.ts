import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { generateMasterKey } from "@onehazel/crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../testing/call.js";
import { startApi, type TestApi } from "../testing/harness.js";
import { holdTransaction, lockWaiters } from "../testing/held-transaction.js";
import { type Program, startProgram, urlOf } from "../testing/program.js";

const masterKeys = generateMasterKey("telemetry1");
const externalId = "marker_of_a_person";
const email = "marker@example.com";
const slowQueryMs = 250;

let api: TestApi;
let server: Program;
let baseUrl: string;
let metricsUrl: string;
let collector: Server;
let collected = Buffer.alloc(0);

beforeAll(async () => {
  api = await startApi({ masterKeys });
  collector = createServer(async (request, response) => {
    for await (const chunk of request) collected = Buffer.concat([collected, chunk as Buffer]);
    response.end();
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  server = startProgram("main", {
    env: {
      DATABASE_URL: urlOf(api.database.server),
      ONEHAZEL_MASTER_KEYS: masterKeys,
      HOST: "127.0.0.1",
      PORT: "0",
      METRICS_PORT: "0",
      SLOW_QUERY_MS: String(slowQueryMs),
      CORS_ORIGINS: "https://console.example.com",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_BSP_SCHEDULE_DELAY: "50",
    },
  });
  baseUrl = `http://127.0.0.1:${(await server.said(/answers at http:\/\/localhost:(\d+)/))[1]}`;
  metricsUrl = `http://127.0.0.1:${(await server.said(/"metricsPort":(\d+)/))[1]}/metrics`;
});
afterAll(async () => {
  server.kill("SIGTERM");
  await server.ended;
  collector.close();
  await api.stop();
});

const metrics = async () => (await fetch(metricsUrl)).text();
const entity = `/operator-data-api/entities/${externalId}`;

async function writeAndRead(): Promise<void> {
  const { key } = api.ours.operator;
  const data = { email, country: "GB", currency: "GBP" };
  const body = { entityType: "player", externalId, data };
  expect((await call(baseUrl, "POST", "/operator-data-api/entities", { key, body })).status).toBeLessThan(
    300,
  );
  expect((await call(baseUrl, "GET", entity, { key })).status).toBe(200);
}

describe("metrics", () => {
  it("tell of requests, statements, the pool and personal fields on a port of their own", async () => {
    await writeAndRead();
    expect((await call(baseUrl, "DELETE", entity, { key: api.ours.operator.key })).status).toBe(200);
    await call(baseUrl, "GET", "/nowhere");
    const text = await metrics();
    expect(text).toMatch(/onehazel_request_duration_seconds_count\{operation="getEntity",status="200"\} \d+/);
    expect(text).toMatch(/onehazel_request_duration_seconds_count\{operation="none",status="404"\} \d+/);
    expect(text).toMatch(/onehazel_query_duration_seconds_count\{statement="[a-z_ ]+",outcome="ok"\} \d+/);
    expect(text).toMatch(/onehazel_pool_connections\{pool="server",state="idle"\} \d+/);
    expect(text).toMatch(/onehazel_pii_fields_total\{act="seal"\} [1-9]/);
    expect(text).toMatch(/onehazel_pii_fields_total\{act="open"\} [1-9]/);
    expect(text).toMatch(/onehazel_erasures_total\{status="completed"\} [1-9]/);
    expect(text).toMatch(/nodejs_eventloop_lag_seconds/);
    expect((await call(baseUrl, "GET", "/metrics")).status).toBe(404);
  });

  it("carry no tenant, no person and no key", async () => {
    await writeAndRead();
    const text = await metrics();
    for (const secret of [api.ours.operator.id, api.ours.operator.key, externalId, email]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe("a port of metrics that is taken", () => {
  it.each(["main", "worker"] as const)("is a clear error of %s that names its setting", async (name) => {
    const port = String((collector.address() as AddressInfo).port);
    const program = startProgram(name, {
      env: {
        DATABASE_URL: urlOf(api.database.server),
        DATABASE_WORKER_URL: urlOf(api.database.worker),
        ONEHAZEL_MASTER_KEYS: masterKeys,
        HOST: "127.0.0.1",
        PORT: "0",
        METRICS_PORT: port,
      },
    });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toMatch(new RegExp(`^Port ${port} is taken\\.[^\\n]* METRICS_PORT=\\d+\\n$`));
  });
});

describe("traces", () => {
  it("follow the caller's, name the route and the statements, and carry no person and no key", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    await writeAndRead();
    const { key } = api.ours.operator;
    expect((await call(baseUrl, "GET", entity, { key, headers })).status).toBe(200);
    await expect.poll(() => collected.includes(Buffer.from(traceId, "hex")), { timeout: 60_000 }).toBe(true);
    expect(collected.includes("GET /operator-data-api/entities/{externalId}")).toBe(true);
    expect(collected.includes("onehazel-api")).toBe(true);
    expect(collected.includes("db.query.text")).toBe(true);
    for (const secret of [key, externalId, email]) expect(collected.includes(secret)).toBe(false);
  });
});

it("a slow statement stands in the log without its values", async () => {
  const holder = await holdTransaction(api);
  await holder.run("select pg_advisory_xact_lock(hashtextextended('template:' || $1, 0))", [
    api.ours.operator.id,
  ]);
  const written = writeAndRead();
  await lockWaiters(api, 1);
  await sleep(2 * slowQueryMs);
  await holder.end("rollback");
  await written;
  const [line] = await server.said(/\{[^\n]*"msg":"slow query"[^\n]*\}/);
  expect(line).toContain('"statement":');
  for (const secret of [externalId, email]) expect(line).not.toContain(secret);
});

describe("a web page of an origin that was configured", () => {
  const preflight = (origin: string) =>
    fetch(`${baseUrl}${entity}`, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
      },
    });

  it("may call, and reads our headers", async () => {
    const answer = await preflight("https://console.example.com");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://console.example.com");
    expect(answer.headers.get("access-control-allow-headers")).toMatch(/Authorization/);
    expect(answer.headers.get("x-request-id")).not.toBeNull();
    const read = await fetch(`${baseUrl}${entity}`, { headers: { Origin: "https://console.example.com" } });
    expect(read.status).toBe(401);
    expect(read.headers.get("access-control-allow-origin")).toBe("https://console.example.com");
    expect(read.headers.get("access-control-expose-headers")).toMatch(/X-Request-Id/);
  });

  it("and no other may", async () => {
    const answer = await preflight("https://elsewhere.example.com");
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});
