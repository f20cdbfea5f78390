import { isAPIError, type OneHazel, type OneHazelPlatform } from "@onehazel/sdk";
import type { Chance } from "./chance.js";
import { type Journal, type Life, newLife, nextNumber, type Person } from "./journal.js";

const contact = { email: "ada@example.com", country: "GB", currency: "GBP" };

/** One program that writes about people of its own, call after call. */
export class Actor {
  readonly #client: OneHazel;
  readonly #chance: Chance;
  readonly #journal: Journal;
  readonly #people: readonly Person[];

  constructor(name: string, client: OneHazel, chance: Chance, journal: Journal) {
    this.#client = client;
    this.#chance = chance;
    this.#journal = journal;
    this.#people = Array.from({ length: 6 }, (_, n) => journal.newPerson(`${name}-person-${n}`));
  }

  async run(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const dice = this.#chance.next();
      const person = this.#chance.pick(this.#people);
      if (dice < 0.06) await this.#batchPeople();
      else if (person.life === undefined || dice < 0.3) await this.#upsert(person);
      else if (dice < 0.6) await this.#record(person, person.life);
      else if (dice < 0.75) await this.#setBalance(person, person.life);
      else if (dice < 0.85) await this.#read(person, person.life);
      else if (dice < 0.92) await this.#batchEvents();
      else if (dice < 0.96) await this.#batchStates();
      else await this.#erase(person, person.life);
    }
  }

  async #upsert(person: Person): Promise<void> {
    const version = nextNumber();
    const { externalId } = person;
    const entity = { entityType: "player", externalId, data: { ...contact, version } };
    const done = await this.#journal.acknowledge("upsert", this.#client.entities.upsert(entity));
    if (done === undefined) return;
    if (person.life !== undefined && done.action === "created")
      this.#fault(`${externalId} was created twice`);
    person.life ??= newLife();
    person.life.version = version;
  }

  async #record({ externalId }: Person, life: Life): Promise<void> {
    const marker = `m${nextNumber()}`;
    const event = { eventType: "session", data: { marker } };
    if (await this.#journal.acknowledge("event", this.#client.events.record(externalId, event))) {
      life.events.add(marker);
    }
  }

  async #setBalance({ externalId }: Person, life: Life): Promise<void> {
    const balance = nextNumber();
    const set = this.#client.states.set(externalId, "balance", balance);
    if (await this.#journal.acknowledge("state", set)) life.balance = balance;
  }

  /** What was acknowledged is there on either server, at once. */
  async #read({ externalId }: Person, life: Life): Promise<void> {
    const found = await this.#journal.acknowledge("read", this.#client.entities.get(externalId));
    const version = (found?.data as { version?: number } | undefined)?.version;
    if (found !== undefined && version !== life.version) {
      this.#fault(`${externalId} is read as ${version}, was acknowledged as ${life.version}`);
    }
  }

  async #batchPeople(): Promise<void> {
    const people = this.#people.map((person) => ({ person, version: nextNumber() }));
    const items = people.map(({ person: { externalId }, version }) => ({
      entityType: "player",
      externalId,
      data: { ...contact, version },
    }));
    // A bad one: it is reported, and the others are stored.
    const all = [...items, { entityType: "nothing", externalId: "nobody", data: {} }];
    if (!(await this.#batch("batch of entities", this.#client.batch.entities(all), items.length))) return;
    for (const { person, version } of people) {
      person.life ??= newLife();
      person.life.version = version;
    }
  }

  async #batchEvents(): Promise<void> {
    const events = this.#living().flatMap((person) =>
      Array.from({ length: 5 }, () => ({ person, marker: `m${nextNumber()}` })),
    );
    const items = events.map(({ person: { externalId }, marker }) => ({
      externalId,
      eventType: "session",
      data: { marker },
    }));
    const all = [...items, { externalId: "nobody", eventType: "session", data: {} }];
    if (!(await this.#batch("batch of events", this.#client.batch.events(all), items.length))) return;
    for (const { person, marker } of events) person.life?.events.add(marker);
  }

  async #batchStates(): Promise<void> {
    const states = this.#living().map((person) => ({ person, balance: nextNumber() }));
    const items = states.map(({ person: { externalId }, balance }) => ({
      externalId,
      stateKey: "balance",
      value: balance,
    }));
    const all = [...items, { externalId: "nobody", stateKey: "balance", value: 0 }];
    if (!(await this.#batch("batch of states", this.#client.batch.states(all), items.length))) return;
    for (const { person, balance } of states) if (person.life) person.life.balance = balance;
  }

  async #batch(
    what: string,
    call: PromiseLike<{ jobId: string; succeeded: number; failed: number }>,
    good: number,
  ): Promise<boolean> {
    const done = await this.#journal.acknowledge(what, call);
    if (done === undefined) return false;
    this.#journal.batches.push(done.jobId);
    if (done.succeeded !== good || done.failed !== 1) {
      this.#fault(`${what}: ${done.succeeded} of ${good} succeeded, ${done.failed} failed`);
    }
    return true;
  }

  async #erase(person: Person, life: Life): Promise<void> {
    const { externalId } = person;
    const done = await this.#journal.acknowledge("erasure", eraseEntity(this.#client, externalId));
    if (done === undefined) return;
    this.#journal.erased.push({ externalId, erasureId: done.erasureId, events: life.events.size });
    person.life = undefined;
  }

  #living(): Person[] {
    return this.#people.filter(({ life }) => life !== undefined);
  }

  #fault(text: string): void {
    this.#journal.faults.push(text);
  }
}

/**
 * Takes a 404 on a later attempt for a success: DELETE carries no Idempotency-Key, and a 503 can mean that the database went away at the
 * commit, which may have succeeded.
 */
async function eraseEntity(
  client: OneHazel,
  externalId: string,
): Promise<{ readonly erasureId?: string | undefined; readonly status?: string | undefined }> {
  try {
    return await client.entities.delete(externalId);
  } catch (error) {
    if (isAPIError(error, "ENTITY_NOT_FOUND") && error.attempts > 1) return {};
    throw error;
  }
}

/** More events than are redacted at once, so that a worker has to finish, whatever happens to it. */
const manyEvents = 12_000;
const batchItems = 4_000;

/** Creates somebody with very many events and erases them again, over and over. */
export async function eraseTheBusy(client: OneHazel, journal: Journal, goesOn: () => boolean): Promise<void> {
  for (let n = 1; goesOn(); n += 1) {
    const externalId = `busy-${n}`;
    const entity = { entityType: "player", externalId, data: contact };
    await journal.acknowledge("upsert", client.entities.upsert(entity));
    for (let sent = 0; sent < manyEvents; sent += batchItems) {
      const items = Array.from({ length: batchItems }, (_, item) => ({
        externalId,
        eventType: "session",
        data: { item: sent + item },
      }));
      const done = await journal.acknowledge("batch of many events", client.batch.events(items));
      if (done) journal.batches.push(done.jobId);
    }
    const done = await journal.acknowledge("erasure of many events", eraseEntity(client, externalId));
    if (done?.status === "completed") journal.faults.push(`${externalId} was erased at once`);
    if (done) journal.erased.push({ externalId, erasureId: done.erasureId, events: manyEvents });
  }
}

/** What is done in an office: settings of the operator, new operators of the platform. */
export async function manage(
  { client, platform }: { client: OneHazel; platform: OneHazelPlatform },
  chance: Chance,
  journal: Journal,
  goesOn: () => boolean,
): Promise<void> {
  while (goesOn()) {
    if (chance.next() < 0.5) {
      const dataRetentionDays = 30 + chance.below(1_000);
      const done = await journal.acknowledge("settings", client.settings.update({ dataRetentionDays }));
      if (done === undefined) continue;
      journal.retentionDays = dataRetentionDays;
      journal.settingsWritten += 1;
    } else {
      const name = `Casino ${nextNumber()}`;
      if (await journal.acknowledge("operator", platform.operators.create({ name }))) {
        journal.operators.push(name);
      }
    }
  }
}
