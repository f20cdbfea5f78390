import { randomUUID } from "node:crypto";
import { mintId, mintKey } from "@onehazel/crypto";
import type { ConnectionOptions } from "@onehazel/db";
import { asOwner, insertPlatform, insertPlatformKey } from "./repository.js";

/** A new platform with its first key, whose plaintext is in this answer and nowhere else. */
export async function createPlatform(
  owner: ConnectionOptions,
  platform: { name: string; managementLimit?: number | undefined },
): Promise<{ platformId: string; platformKey: string }> {
  const platformId = mintId("plat");
  const { plaintext, hash } = mintKey("platform");
  await asOwner(owner, (session) =>
    session.inPlatform(platformId, async (tx) => {
      await insertPlatform(tx, {
        id: platformId,
        name: platform.name,
        managementLimit: platform.managementLimit,
      });
      await insertPlatformKey(tx, { platformId, id: randomUUID(), keyHash: hash, label: undefined });
    }),
  );
  return { platformId, platformKey: plaintext };
}
