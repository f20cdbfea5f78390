import type { IncomingMessage, ServerResponse } from "node:http";
import type { Tenant } from "@onehazel/fair-share";
import type { Operation } from "@onehazel/spec";
import { LRUCache } from "lru-cache";
import { BodyIntake } from "./body-intake.js";
import { MemoryBudget, type Reservation } from "./memory-budget.js";
import { MinimumRate, type TransferLimits } from "./minimum-rate.js";
import type { TextReply } from "./operation.js";
import type { Reply } from "./reply.js";

/** The memory of a stream: one chunk being sent, one being built, and the lines for that one. */
const streamBytes = 262_144;
/** The memory of a file response: the bytes read ahead, and those in the connection's buffer. */
const fileBytes = 131_072;
/** All callers that are not authenticated. */
const anybody: Tenant = { platformId: "" };

/** Responses up to this size are not reserved: the socket buffers of the system hold them even if the client does not read. */
const unreservedResponseUnitsMax = 65_536;
/** If a read's response is at least this large, its size is remembered for a minute. */
const rememberedFromBytes = 262_144;
const knownMax = 10_000;
const knownForMs = 60_000;

export interface TransferOptions {
  /** The memory limit for all bodies and unread responses of this process together. */
  readonly bytesMax: number;
  readonly limits: TransferLimits;
}

/** A read: its operation, its tenant, and whether the response is a stream. */
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

  /** Tracks a body that may be large. */
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
    // Lets the garbage collector free it during the wait.
    reply = undefined;
    await reservation().resize(bytes);
    reply = await make({ isAgain: true, isLarge: true });
    reservation().tryResize(bytesOf(reply));
    return reply;
  }

  /** Reserves memory for a large response or a stream. The response to a write is never rejected: the write is already committed. */
  async ofReply({ method }: Operation, reservation: Reservation, reply: Reply): Promise<void> {
    const bytes = bytesOf(reply);
    if (method === "GET") await reservation.resize(bytes);
    else reservation.tryResize(bytes);
  }

  /** Reserves memory for a public file until the response ends. Returns false if there is none. */
  ofFile(response: ServerResponse): boolean {
    const reservation = this.#budget.reservation(anybody);
    if (!reservation.tryResize(fileBytes)) return false;
    response.once("close", () => reservation.release());
    this.watchReader(response);
    return true;
  }

  /** Closes the connection of a client that reads a response too slowly. Does nothing if all of the response has been sent. */
  watchReader(response: ServerResponse): void {
    const { socket } = response;
    if (socket === null || response.closed || (response.writableEnded && socket.writableLength === 0)) return;
    const watch = this.#rate.watch({
      bytes: () => socket.bytesWritten,
      onCheck: () => {
        // No bytes wait for the client: the server is the slow side.
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
