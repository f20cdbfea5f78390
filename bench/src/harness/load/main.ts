import type { FromLoad, ToLoad } from "./plan.js";
import { prepare } from "./send.js";

// The load process: its parent says what to send, reads the meters, says go, and gets what came of it.
const say = (message: FromLoad) => process.send?.(message);
let send: Awaited<ReturnType<typeof prepare>> | undefined;

process.on("message", async (message: ToLoad) => {
  try {
    if (message === "go") {
      if (send !== undefined) say({ result: await send() });
    } else {
      send = await prepare(message.plan);
      say("ready");
    }
  } catch (error) {
    say({ failure: (error as Error).message });
  }
});
process.on("disconnect", () => process.exit());
