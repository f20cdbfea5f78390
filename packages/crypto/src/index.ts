export {
  type ApiKeyKind,
  classifyKey,
  equalHashes,
  hashKey,
  type MintedKey,
  mintKey,
} from "./api-key.js";
export { type Envelope, isEnvelope, parseEnvelope } from "./envelope.js";
export { MasterKeyError, OpenError, UnknownMasterKeyError } from "./errors.js";
export { type IdPrefix, isId, mintId } from "./id.js";
export { generateMasterKey, Keyring, MasterKey, parseMasterKeys } from "./keyring.js";
export { type OperatorHmacPurpose, OperatorKeys, operatorSaltBytes } from "./operator-keys.js";
export { PlatformKeys, serverHmac } from "./platform-keys.js";
export type { JsonValue, Opener, SealedRecord, Sealer } from "./record.js";
