import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { document } from "@onehazel/spec";
import express from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { published } from "./published.js";

let folder: string;
const servers: Server[] = [];
let baseUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "onehazel-published-"));
  await mkdir(join(folder, "site/_astro"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(folder, "site/.hidden"), "secret");
  await writeFile(join(folder, "site/index.html"), "<title>Docs</title>");
  await writeFile(join(folder, "site/guide.html"), "<title>Guide</title>");
  await writeFile(join(folder, "site/404.html"), "<title>No page here</title>");
  await writeFile(join(folder, "site/guide.md"), "# Guide");
  await writeFile(join(folder, "site/_astro/page.0123.js"), "export {}");
  baseUrl = await serve([join(folder, "nothing"), join(folder, "site")]);
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(folders: string[], isStopping = () => false): Promise<string> {
  const app = express().disable("etag").use(published(isStopping, { folders }));
  app.use((_request, response) => void response.status(418).end());
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends path and headers as they stand: `fetch` would tidy the one up, and ask every cache on the way to step aside. */
function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  const { port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    })
      .once("error", reject)
      .end();
  });
}

describe("the site", () => {
  it("is served below /docs, and /docs itself leads there by a relative address", async () => {
    const first = await fetch(`${baseUrl}/docs`, { redirect: "manual" });
    expect([first.status, first.headers.get("location")]).toEqual([301, "docs/"]);
    expect(await (await fetch(`${baseUrl}/docs/`)).text()).toContain("Docs");
    expect(await (await fetch(`${baseUrl}/docs/guide.html`)).text()).toContain("Guide");
    expect(await (await fetch(`${baseUrl}/docs/guide`)).text()).toContain("Guide");
    const twin = await fetch(`${baseUrl}/docs/guide.md`);
    expect(twin.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
  });

  it("is asked for again with an ETag, and kept for good where a name holds a hash", async () => {
    const page = await fetch(`${baseUrl}/docs/guide.html`);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const etag = page.headers.get("etag") as string;
    expect(await statusOf("/docs/guide.html", { "if-none-match": etag })).toBe(304);
    const script = await fetch(`${baseUrl}/docs/_astro/page.0123.js`);
    expect(script.headers.get("cache-control")).toContain("immutable");
  });

  it("sends the headers that keep a browser safe", async () => {
    const { headers } = await fetch(`${baseUrl}/docs/`);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("frame-ancestors 'none'");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{24}$/);
  });

  it.each([
    "/docs/../secret.txt",
    "/docs/%2e%2e/secret.txt",
    "/docs/..%2fsecret.txt",
    "/docs/..%5csecret.txt",
    "/docs//../../secret.txt",
    "/docs/.hidden",
    "/docs/%",
    "/docs/%00",
    "/docs/nothing.html",
    "/docs/_astro/",
  ])("answers 404 to %s", async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  it("shows a browser its own page where there is none, and programs an error", async () => {
    const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    const page = await fetch(`${baseUrl}/docs/guides/nothing.html`, { headers: { accept } });
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("No page here");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const program = await fetch(`${baseUrl}/docs/guides/nothing.html`);
    expect([program.status, await program.json()]).toMatchObject([404, { error: { code: "NOT_FOUND" } }]);
    expect(await statusOf("/docs/%00", { accept })).toBe(404);
    expect(await statusOf("/docs/../secret.txt", { accept })).toBe(404);
  });

  it("is only read", async () => {
    const refused = await fetch(`${baseUrl}/docs/`, { method: "POST", body: "{}" });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    const head = await fetch(`${baseUrl}/docs/`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("says how it is built where it is not", async () => {
    const bare = await serve([join(folder, "nothing")]);
    const answer = await fetch(`${bare}/docs/`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("docs:build");
  });

  it("leaves every other path to the API", async () => {
    for (const path of ["/", "/docsx", "/Docs/", "/openapi", "/openapi.json/"]) {
      expect([path, await statusOf(path)]).toEqual([path, 418]);
    }
  });

  it("lets a connection go while the server stops", async () => {
    const stopping = await serve([join(folder, "site")], () => true);
    expect((await fetch(`${stopping}/docs/`)).headers.get("connection")).toBe("close");
  });
});

describe("the API's document", () => {
  it("is the one the server routes by, as JSON", async () => {
    const answer = await fetch(`${baseUrl}/openapi.json`);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await answer.json()).toEqual(document);
    const etag = answer.headers.get("etag") as string;
    expect(await statusOf("/openapi.json", { "if-none-match": etag })).toBe(304);
  });

  it("is there as YAML too", async () => {
    const answer = await fetch(`${baseUrl}/openapi.yaml`);
    expect(answer.headers.get("content-type")).toBe("application/yaml; charset=utf-8");
    expect(await answer.text()).toMatch(/^openapi: 3\.1\.0\n/);
  });
});
