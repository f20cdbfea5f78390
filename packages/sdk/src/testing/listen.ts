import { type FaultServer, Script } from "./script.js";
import { openWire } from "./wire.js";

/** A real HTTP server on a free port that misbehaves as it is told. */
export async function startFaultServer(): Promise<FaultServer> {
  const script = new Script();
  const { url, close } = await openWire(({ request, perform, closed }) =>
    script.arrived(request, perform, closed),
  );
  return { url, seen: script.seen, script: script.set, close };
}
