// In the place of src/testing/listen.ts.
import type { FaultServer } from "../../src/testing/script.js";
import { connection } from "./run.js";

export function startFaultServer(): Promise<FaultServer> {
  return connection().startFaultServer();
}
