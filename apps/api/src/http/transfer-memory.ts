import type { IncomingMessage, ServerResponse } from "node:http";
import type { Tenant } from "@onehazel/fair-share";
import type { Operation } from "@onehazel/spec";
import { LRUCache } from "lru-cache";
import { BodyIntake } from "./body-intake.js";
import { MemoryBudget, type Reservation } from "./memory-budget.js";
import { MinimumRate, type TransferLimits } from "./minimum-rate.js";
import type { TextReply } from "./operation.js";
import type { Reply } from "./reply.js";

/** What a stream holds at once: a chunk on its way, one that is being made, and the lines it is made of. */
const streamBytes = 262_144;
/** What the file system reads ahead of a client, and the connection holds. */
const fileBytes = 131_072;
/** Callers who are not authenticated. */
const anybody: Tenant = { platformId: "" };

/** Responses up to this size are not reserved: the system takes them even if their client does not read. */
const unreservedResponseUnitsMax = 65_536;
/** Of reads whose response is larger, the size is remembered for a minute. */
const rememberedFromBytes = 262_144;
const knownMax = 10_000;
const knownForMs = 60_000;

export interface TransferOptions {
  /** What all bodies and unread responses of this process may hold together. */
  readonly bytesMax: number;
  readonly limits: TransferLimits;
}

/** Whose read, of what, and whether its response is made while it is sent. */
interface Read {
  readonly operationId: string;
  readonly tenantId: string;
  readonly isStream: boolean;
}

/** The memory of bodies until they are answered, and of responses until their clients have read them. */
export class TransferMemory {
  readonly #budget: MemoryBudget;
  readonly #rate: MinimumRate;
  readonly #knownBytes = new LRUCache<string, number>({ max: knownMax, ttl: knownForMs });

  constructor({ bytesMax, limits }: TransferOptions) {
    this.#budget = new MemoryBudget(bytesMax);
    this.#rate = new MinimumRate(limits);
  }

  get budget(): MemoryBudget {
    return this.#budget;
  }

  /** For a body that may be large. */
  intake(request: IncomingMessage, memory: Reservation, bytesMax: number): BodyIntake {
    return new BodyIntake(request, { memory, rate: this.#rate, bytesMax });
  }

  /**
   * Makes the response to a read when there is memory for it. A caller whose last response of the kind was large waits before the next
   * one is made, and so does every stream. A response that turns out larger than there is room for is dropped, and made again when
   * there is. Rejects with `SERVICE_UNAVAILABLE`.
   */
  async ofRead(
    { operationId, tenantId, isStream }: Read,
    reservation: () => Reservation,
    make: (how: { readonly isAgain: boolean; readonly isLarge: boolean }) => Promise<Reply>,
  ): Promise<Reply> {
    if (isStream) {
      await reservation().resize(streamBytes);
      return make({ isAgain: false, isLarge: true });
    }
    const name = `${tenantId}:${operationId}`;
    const knownBytes = this.#knownBytes.size === 0 ? undefined : this.#knownBytes.get(name);
    if (knownBytes !== undefined) await reservation().resize(knownBytes);
    let reply: Reply | undefined = await make({ isAgain: false, isLarge: knownBytes !== undefined });
    const bytes = isSmall(reply) ? 0 : bytesOf(reply);
    if (bytes >= rememberedFromBytes) this.#knownBytes.set(name, bytes);
    else if (knownBytes !== undefined) this.#knownBytes.delete(name);
    if (bytes === 0) {
      if (knownBytes !== undefined) reservation().shrinkTo(0);
      return reply;
    }
    if (reservation().tryResize(bytes)) return reply;
    // Not kept while another is waited for.
    reply = undefined;
    await reservation().resize(bytes);
    reply = await make({ isAgain: true, isLarge: true });
    reservation().tryResize(bytesOf(reply));
    return reply;
  }

  /** Takes memory for a large response that exists, or for a stream that begins. A write's is not refused: it is done. */
  async ofReply({ method }: Operation, reservation: Reservation, reply: Reply): Promise<void> {
    const bytes = bytesOf(reply);
    if (method === "GET") await reservation.resize(bytes);
    else reservation.tryResize(bytes);
  }

  /** Takes memory for a file that anybody may have, until the response ends. False: there is none. */
  ofFile(response: ServerResponse): boolean {
    const reservation = this.#budget.reservation(anybody);
    if (!reservation.tryResize(fileBytes)) return false;
    response.once("close", () => reservation.release());
    this.watchReader(response);
    return true;
  }

  /** Ends the connection of a client that reads a response too slowly. Nothing to do if all of it is on its way. */
  watchReader(response: ServerResponse): void {
    const { socket } = response;
    if (socket === null || response.closed || (response.writableEnded && socket.writableLength === 0)) return;
    const watch = this.#rate.watch({
      bytes: () => socket.bytesWritten,
      onCheck: () => {
        // Nothing waits for the client: it is the server that is slow.
        if (socket.writableLength === 0) watch.restart();
      },
      giveUp: () => response.destroy(),
    });
    response.once("close", watch.stop);
  }
}

/** Whether a reply is so small that nothing is reserved for it. */
export function isSmall(reply: Reply): reply is TextReply {
  return "text" in reply && reply.text.length <= unreservedResponseUnitsMax;
}

function bytesOf(reply: Reply): number {
  return "text" in reply ? Buffer.byteLength(reply.text) : streamBytes;
}
