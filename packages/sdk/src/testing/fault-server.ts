// The one door: a server, and everything that it can do wrong.
export { startFaultServer } from "./listen.js";
export type { Reply, Seen, Step } from "./reply.js";
export type { FaultServer } from "./script.js";
export * from "./steps.js";
