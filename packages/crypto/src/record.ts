import { open, seal } from "./cipher.js";
import type { DerivedKeys } from "./derived-keys.js";
import { formatEnvelope, nonceBytes, parseEnvelope } from "./envelope.js";
import { OpenError } from "./errors.js";
import { encodeParts, lengthBytes } from "./parts.js";
import { RandomPool } from "./random.js";

/** Any value JSON has. `undefined`, functions and bigints are none; NaN and infinities turn into null. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** What a sealed field stands in: an entity goes by its external id, an event by its own. */
export type SealedRecord =
  | { readonly kind: "entity"; readonly externalId: string }
  | { readonly kind: "event"; readonly id: string };

/** 4 KiB of them: asking the generator costs the same for one. */
const nonceCount = 340;

/**
 * All sealers draw from one pool. NIST SP 800-38D, 8.2.2, asks of a random nonce that its 96 bits come straight from an approved
 * generator, for each use anew: here they do, only drawn ahead. Each is copied out once and zeroed, so none can be given twice. A
 * worker thread or a child process starts with a pool of its own: Node never forks one that runs.
 */
const nonces = new RandomPool(nonceBytes, nonceCount);

function drawNonce(target: Uint8Array): void {
  nonces.take(target, 0);
}

/** Seals fields of one record under the current master key. */
export class Sealer {
  /** To be stored with the row: the key that reading will need. */
  readonly masterKeyId: string;
  readonly #key: Buffer;
  readonly #owner: Buffer;

  /** Made by `OperatorKeys.sealer`. */
  constructor(keys: DerivedKeys, operatorId: string, record: SealedRecord) {
    this.masterKeyId = keys.keyring.current.id;
    const { owner, info } = bindings(operatorId, record);
    this.#key = keys.derive(this.masterKeyId, info);
    this.#owner = owner;
  }

  /**
   * The envelope of one value, bound to operator, record and field. Sealing twice gives two texts.
   *
   * @throws TypeError when the value has no JSON form.
   */
  seal(field: string, value: JsonValue): string {
    const json: string | undefined = JSON.stringify(value);
    if (json === undefined) throw new TypeError("only a JSON value can be sealed");
    return formatEnvelope(this.masterKeyId, seal(this.#key, drawNonce, fieldData(this.#owner, field), json));
  }
}

/** Opens fields of one record, under whichever master key each of them was sealed. */
export class Opener {
  readonly #keys: DerivedKeys;
  readonly #info: Buffer;
  readonly #owner: Buffer;
  readonly #recordKeys = new Map<string, Buffer>();

  /** Made by `OperatorKeys.opener`. */
  constructor(keys: DerivedKeys, operatorId: string, record: SealedRecord) {
    this.#keys = keys;
    const { owner, info } = bindings(operatorId, record);
    this.#info = info;
    this.#owner = owner;
  }

  /**
   * The value that was sealed as this field of this record.
   *
   * @throws {@link OpenError} otherwise; `UnknownMasterKeyError` when its master key is not in the ring.
   */
  open(field: string, envelope: string): JsonValue {
    const { masterKeyId, sealed } = parseEnvelope(envelope);
    let key = this.#recordKeys.get(masterKeyId);
    if (key === undefined) {
      key = this.#keys.derive(masterKeyId, this.#info);
      this.#recordKeys.set(masterKeyId, key);
    }
    return parseJson(open(key, fieldData(this.#owner, field), sealed));
  }
}

/**
 * What a record's key is derived from, and what its additional data begins with. Length-prefixed parts may be cut and appended: the
 * whole is what encoding all of them at once gives.
 */
function bindings(operatorId: string, record: SealedRecord): { owner: Buffer; info: Buffer } {
  const recordId = record.kind === "entity" ? record.externalId : record.id;
  const owner = encodeParts([operatorId, record.kind, recordId]);
  return { owner, info: owner.subarray(lengthBytes + Buffer.byteLength(operatorId)) };
}

function fieldData(owner: Buffer, field: string): Buffer {
  const part = fieldPart(field);
  const whole = Buffer.allocUnsafe(owner.byteLength + part.byteLength);
  whole.set(owner);
  whole.set(part, owner.byteLength);
  return whole;
}

/** Templates name few fields, again and again; whoever names more pays for encoding them. */
const fieldParts = new Map<string, Buffer>();
const fieldPartsMax = 1_000;

function fieldPart(field: string): Buffer {
  const known = fieldParts.get(field);
  if (known !== undefined) return known;
  const part = encodeParts([field]);
  if (fieldParts.size < fieldPartsMax) fieldParts.set(field, part);
  return part;
}

/** The parser's own error quotes the text it failed on. */
function parseJson(plaintext: Buffer): JsonValue {
  try {
    return JSON.parse(plaintext.toString("utf8")) as JsonValue;
  } catch {
    throw new OpenError();
  }
}
