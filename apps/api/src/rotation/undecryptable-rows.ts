import type { UnreadableField } from "../reseal/record.js";
import { type OperatorsUnreadableField, type Unreadable, unreadableFieldsMax } from "./status.js";

/** Rows whose ciphertext is well-formed but cannot be decrypted; found only by trying to decrypt them. */
export class UndecryptableRows {
  #rows = 0;
  readonly #fields: OperatorsUnreadableField[] = [];

  add(operatorId: string, unreadable: readonly UnreadableField[]): void {
    const fields = unreadable.filter(({ reason }) => reason === "undecryptable");
    // A row in which a ciphertext is also missing or malformed is already counted as such.
    const counted = new Set(
      unreadable.filter(({ reason }) => reason !== "undecryptable").map(({ id }) => id),
    );
    this.#rows += new Set(fields.map(({ id }) => id).filter((id) => !counted.has(id))).size;
    const room = unreadableFieldsMax - this.#fields.length;
    this.#fields.push(...fields.slice(0, room).map((field) => ({ operatorId, ...field })));
  }

  addedTo({ rows, fields }: Unreadable): Unreadable {
    return { rows: rows + this.#rows, fields: [...fields, ...this.#fields].slice(0, unreadableFieldsMax) };
  }
}
