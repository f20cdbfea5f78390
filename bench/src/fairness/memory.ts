import { readFileSync } from "node:fs";

/** Resident memory of a process; undefined once it is gone. */
export function residentMiB(pid: number): number | undefined {
  try {
    const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1_024;
  } catch {
    return undefined;
  }
}

const everyMs = 25;

/** The most that a process has resident while the work runs. */
export async function peakMiBDuring(pid: number, work: () => Promise<void>): Promise<number> {
  let peakMiB = residentMiB(pid) ?? 0;
  const watching = setInterval(() => {
    peakMiB = Math.max(peakMiB, residentMiB(pid) ?? 0);
  }, everyMs);
  try {
    await work();
  } finally {
    clearInterval(watching);
  }
  return peakMiB;
}
