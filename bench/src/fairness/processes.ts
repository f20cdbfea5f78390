import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { getPriority, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { AttackPlan, FromAttacker, Tally, ToAttacker, VictimPlan, VictimResult } from "./messages.js";

function start(main: string): { child: ChildProcess; end: () => Promise<void> } {
  const child = fork(fileURLToPath(new URL(main, import.meta.url)), { serialization: "advanced" });
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const exited = once(child, "exit").then(() => void process.off("exit", killWithUs));
  const end = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { child, end };
}

async function next<Message>(child: ChildProcess): Promise<Message> {
  const [message] = await once(child, "message");
  return message as Message;
}

/** The victim, in a process of its own. */
export interface Victim {
  run(plan: VictimPlan): Promise<VictimResult>;
  end(): Promise<void>;
}

export function startVictim(): Victim {
  const { child, end } = start("victim/main.js");
  return {
    run: (plan) => {
      child.send(plan);
      return next(child);
    },
    end,
  };
}

/** Enough to yield, too little to starve. */
const niceness = 5;
const stopTimeoutMs = 45_000;

export interface Attacker {
  /** Ends the attack and its process; says how the server responded. */
  stop(): Promise<Tally>;
}

/** Starts an attack in a process of its own. It yields to server and victim, since a real attacker has another machine. */
export async function startAttacker(plan: AttackPlan): Promise<Attacker> {
  const { child, end } = start("attack/main.js");
  setPriority(child.pid as number, getPriority() + niceness);
  const tell = (message: ToAttacker) => child.send(message);
  tell({ plan });
  await next<FromAttacker>(child);
  return {
    stop: async () => {
      tell("stop");
      const told = next<{ tally: Tally }>(child).then(({ tally }) => tally);
      const late = new Promise<Tally>((resolve) => setTimeout(resolve, stopTimeoutMs, {}).unref());
      const tally = await Promise.race([told, late]);
      await end();
      return tally;
    },
  };
}
