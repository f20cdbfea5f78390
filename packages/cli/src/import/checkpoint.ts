import { readFile, rm } from "node:fs/promises";
import { misuse } from "../failures.js";
import { createPrivateFile, replacePrivateFile } from "../private-file.js";

/** How far an import has got: everything before is stored or stands among the failed, nothing after it is known. */
export interface Position {
  readonly rows: number;
  readonly succeeded: number;
  readonly failed: number;
  /** How long the file of failed rows was then. */
  readonly failedBytes: number;
  /** A running SHA-256 over all rows so far: the input must begin with them again. */
  readonly digest: string;
}

/** What must be the same for an import to go on. */
export type Identity = Readonly<Record<string, string | number | null>>;

interface Stored extends Position {
  readonly version: 1;
  /** Part of every Idempotency-Key: what was sent before a kill is recognised when it is sent again. */
  readonly importId: string;
  readonly identity: Identity;
  readonly writtenAt: string;
}

const start: Position = { rows: 0, succeeded: 0, failed: 0, failedBytes: 0, digest: "" };

/** The memory of an import. Holds counts and hashes, nothing of the rows. */
export class Checkpoint {
  #isBegun: boolean;

  private constructor(
    readonly path: string | undefined,
    readonly importId: string,
    readonly identity: Identity,
    readonly from: Position,
    /** When what it goes on from was written. */
    readonly writtenAt: Date | undefined,
  ) {
    this.#isBegun = writtenAt !== undefined;
  }

  /**
   * Goes on from the file if it is there, under the id in it; else makes it, before anything is sent.
   *
   * @throws Failure if it belongs to another import, and if somebody else makes it at this moment.
   */
  static async open(path: string | undefined, identity: Identity, importId: string): Promise<Checkpoint> {
    if (path === undefined) return new Checkpoint(path, importId, identity, start, undefined);
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text !== undefined) return Checkpoint.#goOn(path, identity, text);
    const fresh = new Checkpoint(path, importId, identity, start, undefined);
    await createPrivateFile(path, fresh.#text(start)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw misuse(`Another import has just made ${path}`);
      throw misuse(`No checkpoint can be written to ${path} (${error.code}): name another by --checkpoint`);
    });
    return fresh;
  }

  static #goOn(path: string, identity: Identity, text: string): Checkpoint {
    const stored = parse(text);
    if (stored === undefined) throw misuse(`${path} is no checkpoint: remove it to begin from the start`);
    const differing = Object.keys(identity).filter((name) => identity[name] !== stored.identity[name]);
    if (differing.length > 0) {
      throw misuse(
        `${path} is of an import with another ${differing.join(", ")}: run that to its end, or remove the file to begin from the start`,
      );
    }
    return new Checkpoint(path, stored.importId, identity, stored, new Date(stored.writtenAt));
  }

  /** From now on something may have been sent under its id. */
  begin(): void {
    this.#isBegun = true;
  }

  /** What stopped before anything was sent leaves nothing to go on from. */
  async forgetUnlessBegun(): Promise<void> {
    if (!this.#isBegun) await this.remove();
  }

  async save(position: Position): Promise<void> {
    if (this.path !== undefined) await replacePrivateFile(this.path, this.#text(position));
  }

  /** At the end of the input there is nothing to go on from. */
  async remove(): Promise<void> {
    if (this.path !== undefined) await rm(this.path, { force: true });
  }

  #text(position: Position): string {
    const { rows, succeeded, failed, failedBytes, digest } = position;
    const { importId, identity } = this;
    const writtenAt = new Date().toISOString();
    const stored: Stored = {
      version: 1,
      importId,
      identity,
      writtenAt,
      rows,
      succeeded,
      failed,
      failedBytes,
      digest,
    };
    return `${JSON.stringify(stored)}\n`;
  }
}

function parse(text: string): Stored | undefined {
  try {
    const stored = JSON.parse(text);
    return stored?.version === 1 && typeof stored.importId === "string" ? stored : undefined;
  } catch {
    return undefined;
  }
}
