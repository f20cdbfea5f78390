import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operatorClient, platformClient, rejectionOf } from "./testing/clients.js";
import {
  type FaultServer,
  fails,
  json,
  type Seen,
  type Step,
  startFaultServer,
  status,
} from "./testing/fault-server.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const total = 450;
const queryOf = ({ url }: Seen) => new URL(url, server.url).searchParams;

const page: Step = (reply, request) => {
  const query = queryOf(request);
  const start = Number(query.get("cursor") ?? 0);
  const end = Math.min(total, start + Number(query.get("limit") ?? 50));
  const data = Array.from({ length: end - start }, (_, index) => ({
    external_id: `player_${start + index}`,
  }));
  json(200, { success: true, data, nextCursor: end < total ? String(end) : null })(reply, request);
};
const list = (query?: { limit?: number; entityType?: string; cursor?: string }) =>
  operatorClient(server.url).entities.list(query);

describe("a list", () => {
  it("gives every item of every page once, in order, with its filters on every request", async () => {
    server.script(page);
    const seen: string[] = [];
    for await (const entity of list({ entityType: "player" })) seen.push(entity.external_id);
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => `player_${index}`));
    expect(server.seen).toHaveLength(9);
    expect(server.seen.every((request) => queryOf(request).get("entityType") === "player")).toBe(true);
  });

  it("asks for nothing until someone looks, and for no page more when they stop", async () => {
    server.script(page);
    const entities = list();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.seen).toHaveLength(0);
    for await (const entity of entities) if (entity.external_id === "player_3") break;
    expect(server.seen).toHaveLength(1);
  });

  it("pages() gives the cursor to go on from later", async () => {
    server.script(page);
    const { value } = await list({ limit: 200 }).pages().next();
    expect(value?.data).toHaveLength(200);
    const rest = await list({ cursor: value?.nextCursor ?? "" }).toArray({ limit: 1000 });
    expect(rest[0]?.external_id).toBe("player_200");
    expect(rest).toHaveLength(250);
  });

  it("toArray({ limit }) holds no more than that and asks for no more than it needs", async () => {
    server.script(page);
    expect(await list().toArray({ limit: 7 })).toHaveLength(7);
    expect(server.seen.map((request) => queryOf(request).get("limit"))).toEqual(["7"]);
    server.script(page);
    expect(await list().toArray({ limit: 300 })).toHaveLength(300);
    expect(server.seen).toHaveLength(2);
    server.script(page);
    expect(await list({ limit: 5 }).toArray({ limit: 12 })).toHaveLength(12);
    expect(server.seen).toHaveLength(3);
    for (const limit of [0, -1, Number.NaN]) {
      expect(await rejectionOf(list().toArray({ limit }))).toMatchObject({ name: "ArgumentError" });
    }
    // What a program without types may do.
    const bare = list() as unknown as { toArray(): Promise<unknown> };
    expect(await rejectionOf(bare.toArray())).toMatchObject({ name: "ArgumentError" });
  });

  it("an empty list is empty", async () => {
    server.script(json(200, { success: true, data: [], nextCursor: null }));
    expect(await platformClient(server.url).operators.list({ q: "nobody" }).toArray({ limit: 5 })).toEqual(
      [],
    );
  });

  it("retries a page that fails, and goes on from there", async () => {
    server.script(page, status(503), page);
    expect(await list({ limit: 200 }).toArray({ limit: 1000 })).toHaveLength(total);
    expect(server.seen).toHaveLength(4);
  });

  it("ends with the error of a page that stays away", async () => {
    server.script(page, fails(400, "VALIDATION_FAILED"));
    expect(await rejectionOf(list().toArray({ limit: 1000 }))).toMatchObject({ code: "VALIDATION_FAILED" });
  });

  it("a cursor that does not move is an error, not an endless loop", async () => {
    server.script(json(200, { success: true, data: [{}], nextCursor: "same" }));
    expect(await rejectionOf(list().toArray({ limit: 1000 }))).toMatchObject({ name: "DecodeError" });
  });

  it("goes on after empty pages, asks for each page once, and ends at the end", async () => {
    const pages = [[], [], [{ external_id: "rare" }], [], []];
    const step: Step = (reply, request) => {
      const place = Number(queryOf(request).get("cursor") ?? 0);
      const nextCursor = place + 1 < pages.length ? String(place + 1) : null;
      json(200, { success: true, data: pages[place], nextCursor })(reply, request);
    };
    server.script(step);
    expect(await list().toArray({ limit: 10 })).toEqual([{ external_id: "rare" }]);
    expect(server.seen.map((request) => queryOf(request).get("cursor"))).toEqual([null, "1", "2", "3", "4"]);
    server.script(step);
    expect(await list().toArray({ limit: 1 })).toHaveLength(1);
    expect(server.seen).toHaveLength(3);
  });

  it("an empty page whose cursor does not move is an error too, not the end", async () => {
    server.script(json(200, { success: true, data: [], nextCursor: "same" }));
    expect(await rejectionOf(list().toArray({ limit: 1000 }))).toMatchObject({ name: "DecodeError" });
  });

  it("updatedSince takes a Date", async () => {
    server.script(json(200, { success: true, data: [], nextCursor: null }));
    const updatedSince = new Date("2026-04-06T10:30:00.000Z");
    await operatorClient(server.url).entities.list({ updatedSince }).toArray({ limit: 1 });
    expect(queryOf(server.seen[0] as Seen).get("updatedSince")).toBe("2026-04-06T10:30:00.000Z");
  });

  it("stops between pages when the signal aborts", async () => {
    server.script(page);
    const controller = new AbortController();
    const { signal } = controller;
    const reading = (async () => {
      for await (const _ of operatorClient(server.url).entities.list({}, { signal }).pages())
        controller.abort();
    })();
    expect(await rejectionOf(reading)).toMatchObject({ name: "AbortError" });
    expect(server.seen).toHaveLength(1);
  });
});
