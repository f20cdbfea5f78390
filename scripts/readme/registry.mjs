// A registry of npm's on this machine that has our packages, packed as they would be published, so that what a page says of installing
// them is tried before the first release. Everything else comes from where npm gets it otherwise.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename } from "node:path";
import { pack, temporaryFolder } from "../../packages/sdk/scripts/pack.mjs";

/** Packs packages, by their folder's name, and serves them; `env` makes npm find them. */
export async function startRegistry(...names) {
  const { folder, remove } = await temporaryFolder("registry");
  const tarballs = new Map();
  const documents = new Map();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.slice(1));
    if (tarballs.has(path)) return response.end(tarballs.get(path));
    if (documents.has(path)) return response.end(JSON.stringify(documents.get(path)));
    return response.writeHead(404).end("{}");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  for (const name of names) {
    const tarball = await pack(name, folder);
    const bytes = readFileSync(tarball);
    const manifest = JSON.parse(
      execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" }),
    );
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const dist = { tarball: `${url}${basename(tarball)}`, integrity };
    tarballs.set(basename(tarball), bytes);
    documents.set(manifest.name, {
      name: manifest.name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, dist } },
    });
  }
  return {
    env: { "npm_config_@onehazel:registry": url, npm_config_update_notifier: "false" },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await remove();
    },
  };
}
