import { ArgumentError, KeyRotationError } from "../errors.js";
import { contextOf } from "../guards.js";
import type { ApiKey, NewApiKey, NewApiKeyInput } from "../models.js";
import type { CallOptions } from "../options.js";
import type { Transport } from "../transport.js";

/** How to rotate a key. */
export interface RotateOptions extends Pick<NewApiKeyInput, "label" | "expiresAt">, CallOptions {
  /**
   * Store the new key where your programs find it. The old one is revoked when the promise resolves; if it rejects, both
   * keys stay active, because nobody can know whether the new one was stored.
   */
  readonly handOver: (apiKey: string) => void | Promise<void>;
}

/** The calls that a rotation is made of. */
interface RotatingKeys {
  current(options?: CallOptions): Promise<ApiKey>;
  create(input: NewApiKeyInput & { readonly operatorId?: string }, options?: CallOptions): Promise<NewApiKey>;
  revoke(id: string, options?: CallOptions): Promise<void>;
}

export async function rotateApiKey(
  keys: RotatingKeys,
  transport: Transport,
  keysOf: (transport: Transport) => RotatingKeys,
  { handOver, label, expiresAt, ...options }: RotateOptions,
): Promise<{ readonly oldKeyId: string; readonly newKeyId: string }> {
  const old = await keys.current(options);
  if (old.expiresAt !== null && expiresAt === undefined) {
    throw new ArgumentError("The current key expires: give expiresAt for the new one (null for never)");
  }
  const failed = (step: KeyRotationError["step"], newKeyId: string | undefined, cause: unknown) =>
    new KeyRotationError(step, { oldKeyId: old.id, newKeyId }, contextOf(cause));

  const input = {
    operatorId: old.operatorId,
    label: label === undefined ? old.label : label,
    expiresAt: expiresAt ?? null,
    access: old.access,
  };
  const created = await keys.create(input, options).catch((cause: unknown) => {
    throw failed("create", undefined, cause);
  });

  const renewed = transport.withApiKey(created.key);
  try {
    await keysOf(renewed).current(options);
  } catch (cause) {
    // Nobody but us has seen the new key: take it back, as well as that goes.
    const isRevoked = await keys.revoke(created.id).then(
      () => true,
      () => false,
    );
    throw failed("verify", isRevoked ? undefined : created.id, cause);
  }

  try {
    await handOver(created.key);
  } catch (cause) {
    throw failed("handOver", created.id, cause);
  }
  transport.useApiKey(created.key);

  try {
    await keys.revoke(old.id, options);
  } catch (cause) {
    throw failed("revoke", created.id, cause);
  }
  return { oldKeyId: old.id, newKeyId: created.id };
}
