import { Agent, request as httpRequest } from "node:http";
import { errorCodes, operations } from "@onehazel/spec";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiError } from "../http/errors.js";
import { findRoute, neighbourOf, pathOf } from "../http/routes.js";
import { type FuzzRequest, fuzzRequest } from "./fuzz-requests.js";
import { startApi, type TestApi } from "./harness.js";
import { absent, type Kind, makeTemplate, makeThings } from "./things.js";

const requestsTotal = Number(process.env.FUZZ_RUNS ?? 6_000);
/** Sent side by side. */
const batchSize = 20;

let api: TestApi;
const agent = new Agent({ keepAlive: true, maxSockets: batchSize });
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  agent.destroy();
  await api.stop();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function send(sent: FuzzRequest): Promise<Answer> {
  const { method, target, headers, body } = sent;
  const { hostname, port } = new URL(api.baseUrl);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": body.length };
    const request = httpRequest({
      agent,
      hostname,
      port,
      method,
      path: target,
      headers: { ...headers, ...length },
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      // A kept connection that the server closed, for what came before on it, just as this was sent.
      if (request.reusedSocket && error.code === "ECONNRESET") resolve(send(sent));
      else reject(error);
    });
    request.on("response", async (response) => {
      const text = Buffer.concat(await response.toArray()).toString("utf8");
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    request.end(body);
  });
}

/** Which statuses the spec lets a request be answered with. */
function expectedOf({ method, target }: FuzzRequest): {
  statuses: readonly number[];
  operationId: string | undefined;
} {
  try {
    const { operation } = findRoute(method, pathOf(target));
    return { statuses: operation.statuses, operationId: operation.id };
  } catch (error) {
    return { statuses: [(error as ApiError).status], operationId: undefined };
  }
}

/** Holds one answer against the contract; returns the operation that answered. */
function hold(request: FuzzRequest, { status, headers, text }: Answer): string | undefined {
  const { statuses, operationId } = expectedOf(request);
  expect(status, status < 500 ? "" : account(request, text)).toBeLessThan(500);
  expect(statuses).toContain(status);
  const streamed = operationId === "exportEntity" && status === 200;
  expect(headers["content-type"]).toBe(streamed ? "application/x-ndjson" : "application/json; charset=utf-8");
  expect(headers["x-request-id"]).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  if (request.method === "HEAD") {
    expect(text).toBe("");
    return operationId;
  }
  if (streamed) {
    const types = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    const others = types.filter((type) => type !== "state" && type !== "event");
    expect([types[0], types.at(-1), others]).toEqual(["entity", "end", ["entity", "end"]]);
    return operationId;
  }
  const body = JSON.parse(text);
  expect(body.success).toBe(status < 300);
  if (body.success) return operationId;
  const sentence = neighbourOf(pathOf(request.target))?.errorShape === "sentence";
  const code: keyof typeof errorCodes = sentence ? body.code : body.error.code;
  expect(errorCodes[code].status).toBe(status);
  expect(typeof (sentence ? body.error : body.error.message)).toBe("string");
  expect(body.requestId).toBe(headers["x-request-id"]);
  return operationId;
}

/** What is needed to understand a fault of ours: the request as it was sent, and what the log says of it. */
function account(request: FuzzRequest, text: string): string {
  const body = request.body?.toString("utf8").slice(0, 2_000);
  const { requestId } = JSON.parse(text);
  const lines = api.logLines.filter((line) => line.includes(requestId) && line.includes("request failed"));
  return `${request.method} ${request.target}\n${body}\n${text}\n${lines.join("")}`;
}

it(`${requestsTotal} requests made up from the spec get an answer that it declares, and never a 5xx`, async () => {
  const { operator } = api.ours;
  const victim = await api.createOperator(api.ours);
  const [own, foreign, spare, reader, member] = [
    await makeThings(api, api.ours),
    await makeThings(api, api.theirs),
    await makeThings(api, { ...api.ours, operator: victim }),
    await api.createKey(api.ours, operator.id, { access: "read" }),
    await api.createUser(operator.id, "member"),
  ];
  const templates = [];
  while (templates.length < 8) templates.push(await makeTemplate(api, operator.key));
  const mixed = (kind: Kind, ...more: string[]) => [...more, spare[kind], foreign[kind], absent[kind]];
  const world = {
    things: {
      entity: mixed("entity", own.entity, "player_12345"),
      erasure: mixed("erasure", own.erasure),
      event: mixed("event", own.event),
      job: mixed("job", own.job),
      key: mixed("key", own.key),
      state: ["balance", "kyc_status", "loyalty_tier"],
      target: mixed("target", own.target),
      // Not the operator that asks: suspended, it would learn no more.
      operator: mixed("operator"),
      // Several, since each can be deleted but once.
      template: mixed("template", own.template, ...templates, "tpl_igaming"),
    },
    lastingEntity: own.entity,
    ownOperatorId: operator.id,
    credentials: {
      operatorKey: operator.key,
      platformKey: api.ours.key,
      operatorSession: operator.session,
      platformSession: api.ours.session,
    },
    readKey: reader.key,
    memberSession: member.token,
  };
  const succeeded = new Set<string>();
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fuzzRequest(world), { minLength: batchSize, maxLength: batchSize }),
      async (requests) => {
        const answers = await Promise.all(requests.map(send));
        sent += requests.length;
        requests.forEach((request, index) => {
          const answer = answers[index] as Answer;
          const operationId = hold(request, answer);
          if (operationId !== undefined && answer.status < 300) succeeded.add(operationId);
        });
      },
    ),
    {
      numRuns: Math.ceil(requestsTotal / batchSize),
      interruptAfterTimeLimit: 600_000,
      markInterruptAsFailure: true,
    },
  );
  expect(sent).toBeGreaterThanOrEqual(requestsTotal);
  // Wrong in parts, but not so wrong that it seldom got anywhere; chance may leave some operation out.
  const never = operations.map(({ id }) => id).filter((id) => !succeeded.has(id));
  expect(never.length, `never a success: ${never}`).toBeLessThan(operations.length / 4);
}, 660_000);
