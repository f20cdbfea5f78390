// Where the tests run: a program that is started with them, or a worker that is asked to run them.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { start } from "./runtimes.mjs";

const imports = 'import { runSuite } from "./run.ts"; import { files } from "suite:files";';

/** A runtime that runs a file and finds installed packages: the tests begin by themselves. */
export async function onProgram(program, runtime, { folder, files, relayUrl }) {
  const suite = join(folder, "suite.mjs");
  await bundle(suite, `${imports} await runSuite(${JSON.stringify(relayUrl)}, files);`, {
    project: folder,
    files,
  });
  return { child: start(program, runtime.args(suite), { cwd: folder }), begin: async () => undefined };
}

/** A runtime that takes one file with everything in it and runs it for a request. */
export async function onWorker(program, runtime, { folder, files, relayUrl, startFaultServer, steps }) {
  const relay = JSON.stringify(relayUrl);
  const options = { project: folder, files, inline: true };
  await bundle(
    join(folder, "suite.mjs"),
    `${imports} export default { async fetch() { await runSuite(${relay}, files); return new Response(); } };`,
    options,
  );
  await bundle(
    join(folder, "plain.mjs"),
    `import { operatorClient, player } from "../../src/testing/clients.ts";
     export default {
       async fetch(request) {
         const client = operatorClient(new URL(request.url).searchParams.get("server"));
         return Response.json(await client.entities.upsert(player));
       },
     };`,
    options,
  );
  const config = join(folder, "worker.capnp");
  await copyFile(fileURLToPath(new URL("../worker.capnp", import.meta.url)), config);
  const child = start(program, runtime.args(config), { cwd: folder });
  const begin = async () => {
    const ports = await portsOf(child, ["suite", "plain"]);
    await withoutNode(ports.plain, startFaultServer, steps);
    await (await fetch(`http://127.0.0.1:${ports.suite}/`)).text();
  };
  return { child, begin };
}

/** One call from a worker that has no module of Node. */
async function withoutNode(port, startFaultServer, { ok }) {
  const server = await startFaultServer();
  server.script(ok({ action: "created" }));
  const reply = await fetch(`http://127.0.0.1:${port}/?server=${encodeURIComponent(server.url)}`);
  const text = await reply.text();
  await server.close();
  if (reply.status !== 200 || JSON.parse(text).action !== "created")
    throw new Error(`A worker without modules of Node: ${text}`);
}

/** workerd says on a pipe which ports it was given. */
async function portsOf({ control }, names) {
  const ports = {};
  let text = "";
  for await (const chunk of control.setEncoding("utf8")) {
    text += chunk;
    for (const line of text.split("\n").slice(0, -1)) {
      const { event, socket, port } = JSON.parse(line);
      if (event === "listen") ports[socket] = port;
    }
    if (names.every((name) => ports[name] !== undefined)) return ports;
  }
  throw new Error("It did not begin to listen");
}
