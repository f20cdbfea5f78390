import { gcm } from "@noble/ciphers/aes.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { type JsonValue, OperatorKeys, PlatformKeys, parseMasterKeys, serverHmac } from "./index.js";

/**
 * The documented scheme, written a second time on other primitives and with none of our modules. What it
 * and we agree on is the scheme; what was sealed by any release stays readable by it.
 */
const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const salt = new Uint8Array(32).fill(0x9c);
const operatorId = "op_00000000000000aa";
const nothing = new Uint8Array(0);

function prefixed(...parts: string[]): Uint8Array {
  const bytes = parts.flatMap((part) => {
    const utf8 = new TextEncoder().encode(part);
    return [
      utf8.length >>> 24,
      (utf8.length >>> 16) & 255,
      (utf8.length >>> 8) & 255,
      utf8.length & 255,
      ...utf8,
    ];
  });
  return Uint8Array.from(bytes);
}

const operatorKey = hkdf(sha256, masterKey, salt, prefixed("v1", operatorId), 32);

function cipherOf(kind: string, id: string, field: string, nonce: Uint8Array) {
  const recordKey = hkdf(sha256, operatorKey, nothing, prefixed(kind, id), 32);
  return gcm(recordKey, nonce, prefixed(operatorId, kind, id, field));
}

const keyring = parseMasterKeys(`k1:${Buffer.from(masterKey).toString("hex")}`);
const keys = new OperatorKeys(keyring, { operatorId, salt });
const values: JsonValue[] = ["ada@example.com", null, 0, false, "", { "\u{1f41d}": [1, { deep: "\u00e9" }] }];
const records = [
  { record: { kind: "entity", externalId: "caf\u00e9/\u{1f41d}" }, id: "caf\u00e9/\u{1f41d}" },
  { record: { kind: "event", id: "eev_00000000000000bb" }, id: "eev_00000000000000bb" },
] as const;

describe("an independent implementation", () => {
  it.each(records)("opens what we seal ($record.kind)", ({ record, id }) => {
    for (const value of values) {
      const envelope = keys.sealer(record).seal("first_name", value);
      const [version, masterKeyId, payload] = envelope.split(".");
      expect([version, masterKeyId]).toEqual(["v1", "k1"]);
      const sealed = new Uint8Array(Buffer.from(payload!, "base64url"));
      const cipher = cipherOf(record.kind, id, "first_name", sealed.slice(0, 12));
      const json = new TextDecoder().decode(cipher.decrypt(sealed.slice(12)));
      expect(JSON.parse(json)).toEqual(value);
    }
  });

  it.each(records)("seals what we open ($record.kind)", ({ record, id }) => {
    for (const value of values) {
      const nonce = new Uint8Array(12).fill(7);
      const body = cipherOf(record.kind, id, "email", nonce).encrypt(
        new TextEncoder().encode(JSON.stringify(value)),
      );
      const envelope = `v1.k1.${Buffer.concat([nonce, body]).toString("base64url")}`;
      expect(keys.opener(record).open("email", envelope)).toEqual(value);
    }
  });

  it("makes the same keyed hashes", () => {
    const parts = ["putState", "player-1", "{}"];
    const under = (key: Uint8Array) => Buffer.from(hmac(sha256, key, prefixed(...parts)));
    expect(keys.hmac("fingerprint", "k1", parts)).toEqual(
      under(hkdf(sha256, operatorKey, nothing, prefixed("fingerprint"), 32)),
    );
    expect(new PlatformKeys(keyring, "plat_1").hmac("fingerprint", "k1", parts)).toEqual(
      under(
        hkdf(
          sha256,
          hkdf(sha256, masterKey, nothing, prefixed("v1", "platform", "plat_1"), 32),
          nothing,
          prefixed("fingerprint"),
          32,
        ),
      ),
    );
    expect(serverHmac(keyring, "k1", "cursor", parts)).toEqual(
      under(hkdf(sha256, masterKey, nothing, prefixed("v1", "server", "cursor"), 32)),
    );
  });
});

describe("an envelope of the first release", () => {
  it("still opens", () => {
    const envelope = "v1.k1.8PHy8_T19vf4-fr7JJ5onTjqDcqljymg9IFyVX9SdH4LtLWUl1gLt5RhjoFx";
    expect(keys.opener({ kind: "entity", externalId: "player-1" }).open("email", envelope)).toBe(
      "ada@example.com",
    );
  });

  it("opens to nothing when its authenticated text is no JSON, without quoting it", () => {
    const nonce = new Uint8Array(12);
    const body = cipherOf("entity", "player-1", "email", nonce).encrypt(
      new TextEncoder().encode("ada@example.com"),
    );
    const envelope = `v1.k1.${Buffer.concat([nonce, body]).toString("base64url")}`;
    const open = () => keys.opener({ kind: "entity", externalId: "player-1" }).open("email", envelope);
    expect(open).toThrow(/^cannot be opened$/);
  });
});
