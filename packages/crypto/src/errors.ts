/**
 * A list of master keys that must not be used: the server refuses to start on it.
 * The message names entries by position (1 is the first) and never repeats any of their text.
 */
export class MasterKeyError extends Error {
  override readonly name: string = "MasterKeyError";
}

/**
 * The one failure of opening: tampered, truncated, moved, under another key or salt, or no envelope at all.
 * Which of these it was is not told, neither here nor in a `cause`: the difference only helps who is guessing.
 */
export class OpenError extends Error {
  override readonly name: string = "OpenError";

  constructor(message = "cannot be opened") {
    super(message);
  }
}

/**
 * The key ring has no master key of this id. Set apart from its parent because the remedy differs: someone
 * has removed a key from the configuration that rows still need. Ids are no secrets.
 */
export class UnknownMasterKeyError extends OpenError {
  override readonly name = "UnknownMasterKeyError";
  readonly masterKeyId: string;

  constructor(masterKeyId: string) {
    super(`cannot be opened: no master key "${masterKeyId}" in the key ring`);
    this.masterKeyId = masterKeyId;
  }
}
