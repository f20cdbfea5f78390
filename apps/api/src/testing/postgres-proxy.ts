import { connect, createServer, type Server, type Socket } from "node:net";
import type { ConnectionOptions } from "@onehazel/db";
import { boundStatement, FrontendMessages } from "./frontend-messages.js";

/** What stands between a server under test and its PostgreSQL, and can misbehave as a network does. */
export interface PostgresProxy {
  /** Over `database.server`: the way to the database through this proxy. */
  readonly address: { readonly host: string; readonly port: number };
  /** Types of the messages that clients have sent since the last `clear`, without those of connecting. */
  readonly messages: readonly string[];
  /**
   * Since the last `clear`: for each time that a client waited for an answer, which prepared statement it had sent. What is written
   * behind is left out, since it comes whenever it likes.
   */
  readonly trips: readonly string[];
  clear(): void;
  /** What happens right after the n-th message from now, counted from 1, was handed on. */
  after(count: number, what: "cut" | "stall"): void;
  /** Breaks the connection that asks next with `text` in a message, once all of what it asked was handed on: nobody hears the answer. */
  cutAnswerTo(text: string): void;
  callOff(): void;
  /** `open` hands on; `refuse` closes whatever comes; `stall` keeps connections and lets nothing through. */
  become(mode: Mode): void;
  /** Breaks every connection there is. */
  cutAll(): void;
  /** Resolves when the database has let go of every connection that was cut. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

type Mode = "open" | "refuse" | "stall";

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

const writtenBehind = new Set(["record_accesses", "touch_operator_keys", "touch_platform_keys"]);

/** Listens on a free port of the loopback interface, in front of the socket that `database` names. */
export async function startPostgresProxy(database: ConnectionOptions): Promise<PostgresProxy> {
  const pairs = new Set<Pair>();
  const messages: string[] = [];
  const trips: string[] = [];
  let mode: Mode = "open";
  let left = 0;
  let next: "cut" | "stall" | undefined;
  let unheard: string | undefined;

  const server = createServer((client) => {
    if (mode === "refuse") return void client.destroy();
    const upstream = connect(`${database.host}/.s.PGSQL.${database.port}`);
    const pair = { client, upstream };
    pairs.add(pair);
    const reader = new FrontendMessages();
    let bound = "";
    let cutAtSync = false;
    client.on("data", (chunk) => {
      if (mode === "stall") return;
      for (const message of reader.read(chunk)) {
        const { type, bytes } = message;
        upstream.write(bytes);
        if (type === undefined) continue;
        messages.push(type);
        if (type === "B") bound = boundStatement(message);
        // PostgreSQL answers at a Sync or at a simple query; pg sends nothing more before it has the answer.
        if (type === "S" || type === "Q") {
          if (!writtenBehind.has(bound)) trips.push(bound);
          bound = "";
        }
        if (unheard !== undefined && bytes.includes(unheard)) {
          unheard = undefined;
          cutAtSync = true;
        }
        if (cutAtSync && (type === "S" || type === "Q")) return void client.destroy();
        left -= 1;
        if (left !== 0 || next === undefined) continue;
        if (next === "stall") mode = "stall";
        // What was sent arrives, as it would have from a process that was killed after sending it.
        else client.destroy();
        return;
      }
    });
    upstream.on("data", (chunk) => {
      if (mode !== "stall") client.write(chunk);
    });
    client.on("error", () => undefined).on("close", () => upstream.end());
    upstream
      .on("error", () => undefined)
      .on("close", () => {
        pairs.delete(pair);
        if (mode !== "stall") client.destroy();
      });
  });

  const port = await listen(server);
  const cutAll = () => {
    for (const { client, upstream } of pairs) {
      client.destroy();
      upstream.end();
    }
  };
  return {
    address: { host: "127.0.0.1", port },
    messages,
    trips,
    clear: () => {
      messages.length = 0;
      trips.length = 0;
    },
    after: (count, what) => {
      left = count;
      next = what;
    },
    cutAnswerTo: (text) => {
      unheard = text;
    },
    callOff: () => {
      next = undefined;
    },
    become: (wanted) => {
      mode = wanted;
    },
    cutAll,
    settled: async () => {
      const gone = [...pairs].filter(({ client }) => client.destroyed);
      await Promise.all(
        gone.map(({ upstream }) => new Promise((resolve) => upstream.once("close", resolve))),
      );
    },
    stop: async () => {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}
