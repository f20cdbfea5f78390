import { createServer } from "node:net";
import { Refusal } from "./refusal.js";

const bothLoopbacks = ["127.0.0.1", "::1"];

/**
 * Tries the port before anything is started or migrated, so that a taken one is told at once. `localhost` may mean either
 * loopback address, so where we listen on one the other must not be somebody else's. Throws `Refusal`.
 */
export async function refuseTakenPort(port: number, host: string | undefined): Promise<void> {
  if (port === 0) return;
  for (const address of host === "127.0.0.1" ? bothLoopbacks : [host]) {
    await tryToListen(port, address).catch((error: NodeJS.ErrnoException) => {
      // A machine without IPv6.
      if (address === "::1" && error.code !== "EADDRINUSE") return;
      throw portFault(port, error);
    });
  }
}

/** What keeps us from listening, in words and with the settings that say where; other errors are handed back as they are. */
export function portFault(
  port: number,
  error: NodeJS.ErrnoException,
  { portSetting, hostSetting } = { portSetting: "PORT", hostSetting: "HOST" },
): Error {
  if (error.code === "EADDRINUSE")
    return new Refusal(
      `Port ${port} is taken. Stop what uses it, or choose another: ${portSetting}=${anotherThan(port)}`,
    );
  if (error.code === "EACCES") return new Refusal(`Port ${port}: this user may not listen on it.`);
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return new Refusal(`${hostSetting}: this machine has no such address.`);
  return error;
}

/** The next one, for whoever copies it. */
function anotherThan(port: number): number {
  return port < 65_535 ? port + 1 : 8080;
}

function tryToListen(port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => server.close(() => resolve()));
  });
}
