// A server of this checkout with an embedded database of its own, for snippets and browsers. It must be built.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../api/dist/main.js", import.meta.url));

/** Starts it on a free port; `env` are settings. Throws with what it said when it ends before it answers. */
export async function startServer(dataDir, env = {}) {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: "0",
      ONEHAZEL_DATA_DIR: dataDir,
      LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithUs = () => child.kill("SIGTERM");
  process.once("exit", killWithUs);
  const ended = new Promise((resolve) => child.once("close", resolve));
  await ready(child);
  const { baseUrl, platformKey, operatorKey } = JSON.parse(
    readFileSync(`${dataDir}/credentials.json`, "utf8"),
  );

  async function call(method, path, key, body) {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await fetch(`${baseUrl}${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text).data;
  }

  return {
    ...{ baseUrl, platformKey, operatorKey },
    /** An operator with a key and a template. */
    newOperator: async () => {
      const { id } = await call("POST", "/platform-api/operators", platformKey, { name: "Snippets" });
      const { key } = await call("POST", `/platform-api/operators/${id}/api-keys`, platformKey, {
        label: "Snippets",
      });
      await call("PUT", "/operator-data-api/settings", key, { templateId: "tpl_igaming" });
      return { id, key };
    },
    stop: async () => {
      process.off("exit", killWithUs);
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function ready(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        said += chunk;
        if (said.includes("Demo credentials")) resolve();
      });
    }
    child.once("close", () =>
      reject(new Error(`the server ended before it answered (is it built?):\n${said}`)),
    );
  });
}
