import { KeyRotationError } from "@onehazel/sdk";
import { exitCode } from "../exit-codes.js";
import { Failure, tell } from "../failures.js";

/** What a rotation that stopped leaves behind, and what to do about it. */
export function asRotationError(error: unknown): Failure | undefined {
  if (!(error instanceof KeyRotationError)) return undefined;
  const { step, oldKeyId, newKeyId } = error;
  const { words, exitCode: code } = tell(error.cause);
  const isStored = step === "revoke";
  const left = isStored
    ? `The new key ${newKeyId} is stored and in use; the old one ${oldKeyId} could not be revoked and still works: revoke it`
    : `The key in use still works${newKeyId === undefined ? "" : `; a new one, ${newKeyId}, was made and is not stored: revoke it`}`;
  return new Failure(
    `Rotation stopped at the step "${step}": ${words}. ${left}`,
    isStored ? exitCode.partial : code,
    "ROTATION",
    {
      step,
      oldKeyId,
      newKeyId,
    },
  );
}
