import { type FileHandle, open } from "node:fs/promises";
import { stringify } from "csv-stringify/sync";
import { misuse } from "../failures.js";
import { privateMode } from "../private-file.js";
import type { Fault } from "./items.js";
import { ownPrefix } from "./mapping.js";
import type { Row } from "./rows.js";

export interface FailedRow {
  readonly row: Row;
  readonly fault: Fault;
}

/**
 * The rows that were not stored, as they came and in the input's own form, with the reasons beside them: once mended it is
 * imported as it is. Made with the first of them; only its owner may read it.
 */
export class FailedFile {
  #file: FileHandle | undefined;
  #bytes: number;
  readonly #path: string;
  readonly #format: "csv" | "ndjson";

  private constructor(path: string, format: "csv" | "ndjson", bytes: number, file: FileHandle | undefined) {
    this.#path = path;
    this.#format = format;
    this.#bytes = bytes;
    this.#file = file;
  }

  /** @param bytes How much of it an earlier run had settled: what it wrote after that is written again. */
  static async open(
    path: string,
    format: "csv" | "ndjson",
    { bytes, isResumed }: { readonly bytes: number; readonly isResumed: boolean },
  ): Promise<FailedFile> {
    const file = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (file === undefined) {
      if (bytes > 0) throw misuse(`${path} is gone, but the checkpoint goes on from it`);
      return new FailedFile(path, format, 0, undefined);
    }
    const { size } = await file.stat();
    if (!isResumed || size < bytes) {
      await file.close();
      throw misuse(isResumed ? `${path} is shorter than the checkpoint says` : `${path} exists already`);
    }
    await file.truncate(bytes);
    return new FailedFile(path, format, bytes, file);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** They are on the disk when it resolves. */
  async append(rows: readonly FailedRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.#file ??= await open(this.#path, "wx", privateMode);
    const text = this.#format === "csv" ? this.#csv(rows) : rows.map(ndjsonOf).join("");
    const bytes = Buffer.from(text);
    await this.#file.write(bytes, 0, bytes.length, this.#bytes);
    await this.#file.datasync();
    this.#bytes += bytes.length;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  #csv(rows: readonly FailedRow[]): string {
    const columns = (rows[0]?.row.columns ?? []).filter((name) => !name.startsWith(ownPrefix));
    const values = rows.map((failed) => ({ ...failed.row.record, ...reasons(failed) }));
    return stringify(values, { header: this.#bytes === 0, columns: [...columns, ...ownColumns] });
  }
}

const ownColumns = ["row", "code", "message", "raw"].map((name) => `${ownPrefix}${name}`);

function reasons({ row: { number, broken }, fault: { code, message } }: FailedRow): Record<string, unknown> {
  const values = [number, code, message, broken?.raw];
  return Object.fromEntries(ownColumns.map((name, index) => [name, values[index]]));
}

function ndjsonOf(failed: FailedRow): string {
  return `${JSON.stringify({ ...failed.row.record, ...reasons(failed) })}\n`;
}
