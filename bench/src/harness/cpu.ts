import { readdirSync, readFileSync } from "node:fs";

/** CPU time that a set of processes has used so far, in milliseconds. */
export type CpuMeter = () => number;

/** A tick of /proc/<pid>/stat: USER_HZ, which is 100 on every Linux that Node runs on. */
const tickMs = 10;

/** One process with all its threads. */
export function processMeter(pid: number): CpuMeter {
  return () => threadsMs(pid);
}

/** A process, its children as they come and go, and those that it has buried. */
export function familyMeter(pid: number): CpuMeter {
  return () => {
    let totalMs = threadsMs(pid) + buriedMs(pid);
    for (const child of childrenOf(pid)) totalMs += threadsMs(child);
    return totalMs;
  };
}

/** Who started a process. */
export function parentOf(pid: number): number {
  return Number(statOf(pid)[1]);
}

/**
 * The scheduler's own account of each thread, in nanoseconds. `utime` and `stime` are the same sum cut to ticks, and a dozen
 * idle backends would each lose up to one of them a reading.
 */
function threadsMs(pid: number): number {
  try {
    let totalNs = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      totalNs += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    }
    return totalNs / 1e6;
  } catch {
    // Gone between two readings: its parent has buried it, and counts it from now on.
    return 0;
  }
}

function buriedMs(pid: number): number {
  const [childUser, childSystem] = statOf(pid).slice(13, 15);
  return (Number(childUser) + Number(childSystem)) * tickMs;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

/** The fields of /proc/<pid>/stat after the command's name, which may hold spaces; the state is the first. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}
