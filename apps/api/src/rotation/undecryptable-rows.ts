import type { UnreadableField } from "../reseal/record.js";
import { type OperatorsUnreadableField, type Unreadable, unreadableFieldsMax } from "./status.js";

/** Rows that only a try at decrypting them finds unreadable: their ciphertext looks as it should. */
export class UndecryptableRows {
  #rows = 0;
  readonly #fields: OperatorsUnreadableField[] = [];

  add(operatorId: string, unreadable: readonly UnreadableField[]): void {
    const fields = unreadable.filter(({ reason }) => reason === "undecryptable");
    // A row that lacks a ciphertext as well is among those that are counted by their form.
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
