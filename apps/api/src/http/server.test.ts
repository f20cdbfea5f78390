import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import express, { type Request, type Response } from "express";
import { expect, test } from "vitest";
import { createHttpServer } from "./server.js";

const limits = {
  connectionsMax: 10,
  stallTimeoutMs: 5_000,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
};

/** Whether V8 sees two objects of one hidden class; what differs there is looked up anew at every property. */
function haveOneShape(): (a: object, b: object) => boolean {
  setFlagsFromString("--allow-natives-syntax");
  const same = new Function("a", "b", "return %HaveSameMap(a, b)") as (a: object, b: object) => boolean;
  setFlagsFromString("--no-allow-natives-syntax");
  return same;
}

test("requests are of one hidden class, and responses are, so that their properties are found without a search", async () => {
  const same = haveOneShape();
  const open: { request: Request; response: Response }[] = [];
  const app = express();
  // Neither of a pair is answered before both have come: an answered one has got more properties.
  app.use((request, response) => {
    open.push({ request, response });
    if (open.length < 2) return;
    const [a, b] = open.splice(0) as [(typeof open)[0], (typeof open)[0]];
    for (const { response } of [a, b]) {
      response.json({ requests: same(a.request, b.request), responses: same(a.response, b.response) });
    }
  });
  const server = createHttpServer(app, limits);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const pair = () => Promise.all([1, 2].map(async () => (await fetch(url)).json()));
  try {
    await pair();
    expect((await pair())[0]).toEqual({ requests: true, responses: true });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
