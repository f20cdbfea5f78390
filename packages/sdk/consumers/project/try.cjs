const assert = require("node:assert/strict");
const { createServer } = require("node:http");

/** A call that succeeds at its second attempt, and one that fails, whichever way the package was loaded. */
exports.tryClient = async ({ OneHazel, OneHazelPlatform, isAPIError }) => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const isFound = request.method === "POST";
    response.statusCode = requests === 1 ? 503 : isFound ? 200 : 404;
    const error = { code: "ENTITY_NOT_FOUND", message: "No such entity" };
    response.end(
      JSON.stringify(isFound ? { success: true, data: { action: "created" } } : { success: false, error }),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const client = new OneHazel({ apiKey: `oh_live_${"0f".repeat(32)}`, baseUrl });
  const { action } = await client.entities.upsert({ entityType: "player", externalId: "p", data: {} });
  assert.deepEqual([action, requests], ["created", 2]);
  const error = await client.entities.get("p").catch((caught) => caught);
  assert.ok(isAPIError(error, "ENTITY_NOT_FOUND"));
  assert.throws(() => new OneHazelPlatform({ apiKey: "wrong", baseUrl }), { name: "ArgumentError" });
  server.closeAllConnections();
  server.close();
};
