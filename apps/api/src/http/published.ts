import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Request, type RequestHandler, type Response } from "express";
import { ApiError, unavailable } from "./errors.js";
import { commonHeaders, errorText, send } from "./reply.js";
import { requestIdOf } from "./request-id.js";

/** Where a package of the server carries the built site, and where a checkout has it. */
const sites = ["../../docs", "../../../docs/dist"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

const specFolder = dirname(createRequire(import.meta.url).resolve("@onehazel/spec/openapi.json"));
const specTypes = {
  "/openapi.json": "application/json; charset=utf-8",
  "/openapi.yaml": "application/yaml; charset=utf-8",
} as const;

/** What a person sees where the site has no page. */
const lostPage = "/404.html";
const yearSeconds = 31_536_000;
const unbuilt = `The docs are not built. In the repository's folder: npx -y pnpm@10.34.9 docs:build\n`;

/** Files are sent whole: a range, which a server need not honour, could only be refused in a shape that is not ours. */
const whole = { acceptRanges: false, cacheControl: false, redirect: false } as const;
/** Conditions on changing a file, which nobody can here; the library would refuse what does not meet them. */
const conditions = ["if-match", "if-unmodified-since"];

/** Names that hold a hash of what is in them. */
const hashed = /[\\/]_astro[\\/]/;

export interface PublishedOptions {
  readonly folders?: readonly string[];
  /** Whether there is memory to send another file. */
  readonly admits?: (response: Response) => boolean;
}

/**
 * The docs site under `/docs` and the API's document at `/openapi.json` and `/openapi.yaml`: public files, for anybody, no credential
 * asked. Looked for when they are asked for, so that the start pays nothing and a site that is built later is there at once.
 */
export function published(
  isStopping: () => boolean,
  { folders = sites, admits = () => true }: PublishedOptions = {},
): RequestHandler {
  let site: RequestHandler | undefined;
  const document = express.static(specFolder, { ...whole, index: false });

  return (request, response, next) => {
    const { path } = request;
    const isDocument = Object.hasOwn(specTypes, path);
    if (!isDocument && path !== "/docs" && !path.startsWith("/docs/")) return next();
    if (isStopping()) response.shouldKeepAlive = false;
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(request, response, notAllowed());
    if (!admits(response)) return refuse(request, response, unavailable());
    setHeaders(request, response);
    for (const name of conditions) delete request.headers[name];
    const refused = () => refuse(request, response, new ApiError("NOT_FOUND", "Not found"));
    if (isDocument) {
      response.setHeader("Content-Type", specTypes[path as keyof typeof specTypes]);
      return document(request, response, refused);
    }
    // Relative links need the slash.
    if (path === "/docs") return redirect(response, "docs/");
    site ??= siteIn(folders);
    if (site === undefined) return sayUnbuilt(response);
    const folder = site;
    const lost = () => {
      if (!wantsPage(request)) return refused();
      request.url = lostPage;
      response.statusCode = 404;
      return folder(request, response, refused);
    };
    request.url = request.url.slice("/docs".length);
    return folder(request, response, lost);
  };
}

/** A person's browser says that it wants a page; a program, whatever comes. */
function wantsPage({ headers }: Request): boolean {
  return headers.accept?.includes("text/html") ?? false;
}

function siteIn(folders: readonly string[]): RequestHandler | undefined {
  const folder = folders.find((candidate) => existsSync(join(candidate, "index.html")));
  if (folder === undefined) return undefined;
  return express.static(folder, {
    ...whole,
    extensions: ["html"],
    setHeaders: (response, path) => {
      if (hashed.test(path)) response.setHeader("Cache-Control", `public, max-age=${yearSeconds}, immutable`);
    },
  });
}

/** As on every answer, but that browsers may keep these and ask whether they changed; what a page may do it says itself. */
function setHeaders(request: Request, response: Response): void {
  const headers = { ...commonHeaders(requestIdOf(request)), "Cache-Control": "no-cache" };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader("Content-Security-Policy", "frame-ancestors 'none'");
}

function redirect(response: Response, to: string): void {
  response.writeHead(301, { Location: to, "Content-Length": 0 }).end();
}

function sayUnbuilt(response: Response): void {
  response.writeHead(404, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(unbuilt),
  });
  response.end(unbuilt);
}

function notAllowed(): ApiError {
  return new ApiError("METHOD_NOT_ALLOWED", "Method not allowed", { headers: { Allow: "GET, HEAD" } });
}

function refuse(request: Request, response: Response, error: ApiError): void {
  const requestId = requestIdOf(request);
  send(response, requestId, error.status, errorText(error, requestId, undefined), error.headers);
}
