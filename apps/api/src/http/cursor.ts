import { equalHashes, type Keyring, serverHmac } from "@onehazel/crypto";
import { configure } from "safe-stable-stringify";
import { validationFailed } from "./errors.js";

const canonical = configure({ bigint: false, strict: false });
const tagBytes = 16;

/** Where a page ended: the sort key of its last row, in full precision. */
export interface Position {
  /** ISO 8601 with microseconds. */
  readonly at: string;
  readonly id: string;
}

/** What a cursor is good for; anything else makes it a foreign one. */
export interface CursorScope {
  readonly operationId: string;
  readonly tenantId: string;
  readonly filters: Readonly<Record<string, unknown>>;
}

/** Opaque cursors: a position under a MAC that binds it to operation, tenant and filters. */
export class CursorCodec {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  encode(scope: CursorScope, position: Position): string {
    const masterKeyId = this.#keyring.current.id;
    const payload = JSON.stringify([masterKeyId, position.at, position.id]);
    const tag = this.#tag(scope, masterKeyId, payload);
    return Buffer.concat([tag, Buffer.from(payload, "utf8")]).toString("base64url");
  }

  /** Undefined without a cursor. Throws `VALIDATION_FAILED` on a damaged or foreign one. */
  decode(scope: CursorScope, cursor: string | undefined): Position | undefined {
    if (cursor === undefined) return undefined;
    const bytes = Buffer.from(cursor, "base64url");
    const payload = bytes.subarray(tagBytes).toString("utf8");
    const parts = partsOf(payload);
    if (parts === undefined || bytes.toString("base64url") !== cursor) throw foreign();
    const [masterKeyId, at, id] = parts;
    if (this.#keyring.find(masterKeyId) === undefined) throw foreign();
    if (!equalHashes(bytes.subarray(0, tagBytes), this.#tag(scope, masterKeyId, payload))) throw foreign();
    return { at, id };
  }

  #tag(scope: CursorScope, masterKeyId: string, payload: string): Buffer {
    const filters = canonical(scope.filters) ?? "";
    const parts = [scope.operationId, scope.tenantId, filters, payload];
    return serverHmac(this.#keyring, masterKeyId, "cursor", parts).subarray(0, tagBytes);
  }
}

function partsOf(payload: string): [string, string, string] | undefined {
  try {
    const parts: unknown = JSON.parse(payload);
    const whole =
      Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === "string");
    return whole ? (parts as [string, string, string]) : undefined;
  } catch {
    return undefined;
  }
}

function foreign(): Error {
  return validationFailed([
    {
      field: "cursor",
      message: "must be the nextCursor of the same list with the same filters; start again without it",
    },
  ]);
}
