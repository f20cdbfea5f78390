import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";

/** Only its owner may read it. */
export const privateMode = 0o600;

/** Replaces a file whole, or leaves it as it is: a kill at any moment leaves the old one or the new one. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await createPrivateFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** @throws EEXIST if it is there already. */
export async function createPrivateFile(path: string, text: string): Promise<void> {
  const file: FileHandle = await open(path, "wx", privateMode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
