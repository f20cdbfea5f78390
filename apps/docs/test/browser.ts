// The browser, the server that serves the site, and a plain file host below a path of its own.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type DocsServer, startServer } from "../scripts/server.mjs";

const site = fileURLToPath(new URL("../dist/", import.meta.url));

/** Every page of the built site, by its path. */
export const pages = readdirSync(site, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".html"))
  .sort();

export interface Stage {
  readonly browser: Browser;
  readonly server: DocsServer;
  /** Where the server's site begins. */
  readonly docs: string;
  /** A file host that knows nothing of us, with the site below a path. */
  readonly fileHost: string;
  stop(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "onehazel-docs-"));
  const files = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://host").pathname.replace(/^\/some\/where/, "");
    const file = join(site, normalize(decodeURIComponent(path.endsWith("/") ? `${path}index.html` : path)));
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes === undefined) {
      // As hosts of files do.
      const lost = await readFile(join(site, "404.html"));
      return response.writeHead(404, { "content-type": "text/html; charset=utf-8" }).end(lost);
    }
    return response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain" }).end(bytes);
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  const fileHost = `http://127.0.0.1:${(files.address() as AddressInfo).port}/some/where`;
  const server = await startServer(join(folder, ".onehazel"), { CORS_ORIGINS: new URL(fileHost).origin });
  const browser = await chromium.launch({
    executablePath: executable(),
    // Where this runs as root, as CI does, Chromium has no sandbox.
    args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  return {
    ...{ browser, server, fileHost },
    docs: `${server.baseUrl}/docs`,
    stop: async () => {
      await browser.close();
      files.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

function executable(): string {
  const found = [process.env.CHROMIUM_BIN, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (found === undefined) throw new Error("no Chromium: install it, or name it in CHROMIUM_BIN");
  return found;
}

/** Opens a page and answers what went wrong on it: errors in its console, requests that failed. */
export async function open(context: BrowserContext, url: string): Promise<{ page: Page; faults: string[] }> {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  await page.goto(url, { waitUntil: "load" });
  return { page, faults };
}
