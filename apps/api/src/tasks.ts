import { eraseEntity } from "./erasures/tasks.js";
import { reseal } from "./reseal/tasks.js";
import { eventMonths, retain, retention } from "./retention/tasks.js";
import type { Task } from "./worker/task.js";

/** The whole of the background work: what the queue names, and who does it. A request may only ask for what `enqueue_job` lists. */
export const tasks = {
  "event-months": eventMonths,
  retention,
  retain,
  erase: eraseEntity,
  // What servers of the last release ask for.
  "erase-events": eraseEntity,
  reseal,
} as const satisfies Readonly<Record<string, Task>>;
