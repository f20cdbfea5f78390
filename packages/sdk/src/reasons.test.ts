import { expect, it } from "vitest";
import { operatorClient, rejectionOf } from "./testing/clients.js";
import { startFaultServer } from "./testing/fault-server.js";

it("a ConnectionError names the system's reason, where fetch tells it", async () => {
  const closed = await startFaultServer();
  await closed.close();
  const error = await rejectionOf(operatorClient(closed.url).settings.get());
  expect((error as Error).message).toBe("No response from the server (ECONNREFUSED)");
});
