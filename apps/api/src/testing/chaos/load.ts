import type { TestApi, TestPlatform } from "../harness.js";
import { Actor, eraseTheBusy, manage } from "./actor.js";
import type { Chance } from "./chance.js";
import { type Answers, type ClientOptions, openClients } from "./clients.js";
import type { Fleet } from "./fleet.js";
import { Journal } from "./journal.js";

export interface LoadOptions extends ClientOptions {
  /** Programs that write at once, beside the office. */
  readonly actors: number;
  /** Whether people with more events than are redacted at once are made and erased, over and over. */
  readonly busy: boolean;
}

/** SDK clients that write about one tenant until they are told to stop, or until something went wrong for good. */
export class Load {
  readonly journal = new Journal();
  readonly answers: Answers = new Map();
  #over = false;
  readonly #ended: Promise<unknown>;

  constructor(fleet: Fleet, tenant: TestPlatform, chance: Chance, options: LoadOptions) {
    const keys = { operator: tenant.operator.key, platform: tenant.key };
    const open = () => openClients(fleet.baseUrls, keys, chance.fork(), this.answers, options);
    const goesOn = () => !this.#over && this.journal.faults.length === 0;
    this.#ended = Promise.all([
      ...Array.from({ length: options.actors }, (_, n) =>
        new Actor(`a${n}`, open().client, chance.fork(), this.journal).run(goesOn),
      ),
      ...(options.busy ? [eraseTheBusy(open().client, this.journal, goesOn)] : []),
      manage(open(), chance.fork(), this.journal, goesOn),
    ]);
  }

  /** Begins nothing new, and waits for what was begun. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#ended;
  }

  /** Replies that nobody should ever get: a fault of the server's, or a limit where there is none. */
  get strange(): string[] {
    return [...this.answers]
      .filter(([status]) => status === 429 || (typeof status === "number" && status >= 500 && status !== 503))
      .map(([status, count]) => `${count} answers with ${status}`);
  }
}

/** The load is the point here, not its limits. */
export async function liftLimits(api: TestApi, { id, key, operator }: TestPlatform): Promise<void> {
  const rateLimits = { realtime: 1_000_000, batch: 1_000_000, read: 1_000_000, management: 1_000_000 };
  const body = { configuration: { rateLimits } };
  const { status, text } = await api.call("PUT", `/platform-api/operators/${operator.id}`, { key, body });
  if (status !== 200) throw new Error(text);
  await api.sql("update platforms set management_limit = 1000000 where id = $1", [id]);
}
