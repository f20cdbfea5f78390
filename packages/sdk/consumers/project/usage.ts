// What a customer writes. Compiled by each compiler under each way to find modules, with every declaration checked; it also fails
// where a wrong line is no error, as when the package's types are not found and all is `any`.
import { type Entity, type ErrorCode, isAPIError, OneHazel, OneHazelPlatform } from "@onehazel/sdk";

const template = {
  name: "Casino",
  schema: {
    entity_types: { player: { required: ["email"], optional: ["vip_level"] } },
    event_types: {},
    state_keys: [],
    pii_fields: { player: ["email"] },
  },
} as const;

const apiKey = `oh_live_${"0f".repeat(32)}`;
const client = new OneHazel({ apiKey, baseUrl: "http://localhost:9" });
const typed = new OneHazel<typeof template>({ apiKey, baseUrl: "http://localhost:9" });

export async function use(platform: OneHazelPlatform): Promise<string> {
  const player = { entityType: "player", externalId: "p", data: { email: "ada@example.com" } };
  const { action } = await client.entities.upsert(player, { idempotencyKey: "k" });
  const done: "created" | "updated" = action;
  const { data, requestId } = await client.entities.get("p").withResponse();
  const entity: Entity = data;
  for await (const { external_id } of client.entities.list({ entityType: "player" }))
    external_id.toUpperCase();
  await typed.entities.upsert({ entityType: "player", externalId: "p", data: { email: "ada@example.com" } });
  await platform.operators.create({ name: "Lucky Spin" });
  await client.raw.GET("/operator-data-api/entities/{externalId}", { params: { path: { externalId: "p" } } });

  // @ts-expect-error a field of another name
  await client.entities.upsert({ entityType: "player", externalID: "p", data: {} });
  // @ts-expect-error a field is missing
  await client.entities.upsert({ entityType: "player", data: {} });
  // @ts-expect-error a field of another type
  await client.entities.upsert({ entityType: "player", externalId: 1, data: {} });
  // @ts-expect-error no such filter
  client.entities.list({ kind: "player" });
  // @ts-expect-error an answer has no such field
  entity.externalID;
  // @ts-expect-error reads take no key
  await client.entities.get("p", { idempotencyKey: "k" });
  // @ts-expect-error the template demands a field
  await typed.entities.upsert({ entityType: "player", externalId: "p", data: {} });
  // @ts-expect-error no such path
  await client.raw.GET("/operator-data-api/nothing", {});
  // @ts-expect-error a client needs its key
  new OneHazelPlatform({ baseUrl: "http://localhost:9" });
  return `${done} ${entity.external_id} ${requestId}`;
}

export function handle(error: unknown): ErrorCode | undefined {
  if (!isAPIError(error)) return undefined;
  // @ts-expect-error no such code
  if (error.code === "NOT_A_CODE") return undefined;
  return error.code;
}
