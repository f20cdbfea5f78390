import { describe, expectTypeOf, it } from "vitest";
import type {
  APIError,
  Entity,
  EntityDeleted,
  ErasedEntity,
  ErrorCode,
  List,
  OneHazel,
  OneHazelPlatform,
} from "./index.js";
import { isAPIError } from "./index.js";
import type { IdempotentOperationId, OperationId } from "./operations.js";

declare const client: OneHazel;
declare const platform: OneHazelPlatform;
const idempotencyKey = "k";

describe("an idempotencyKey", () => {
  it("is taken where the specification knows one", () => {
    expectTypeOf<IdempotentOperationId>().toEqualTypeOf<
      | "upsertEntity"
      | "recordEvent"
      | "setState"
      | "batchEntities"
      | "batchEvents"
      | "batchStates"
      | "createTemplate"
      | "updateTemplate"
      | "updateSettings"
      | "createOperator"
      | "updateOperator"
    >();
    const entity = { entityType: "player", externalId: "p", data: {} };
    client.entities.upsert(entity, { idempotencyKey });
    client.settings.update({}, { idempotencyKey });
    platform.operators.create({ name: "x" }, { idempotencyKey });
    platform.operators.update("op_1", {}, { idempotencyKey });
    platform.operators.reactivate("op_1", { idempotencyKey });
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    client.raw.POST("/operator-data-api/entities", { params, body: entity });
  });

  it("is a type error anywhere else", () => {
    // @ts-expect-error a read has none
    client.entities.get("p", { idempotencyKey });
    // @ts-expect-error a list has none
    client.entities.list({}, { idempotencyKey });
    // @ts-expect-error an erasure has none
    client.entities.delete("p", { idempotencyKey });
    // @ts-expect-error nor has creating a key, whose plaintext is never remembered
    client.apiKeys.create({}, { idempotencyKey });
    // @ts-expect-error the same for a platform
    platform.operators.apiKeys.create("op_1", {}, { idempotencyKey });
    // @ts-expect-error DELETE has none
    platform.operators.suspend("op_1", { idempotencyKey });
    const options = { idempotencyKey };
    // @ts-expect-error not even by way of a variable
    client.settings.get(options);
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    // @ts-expect-error the raw client knows it too
    client.raw.GET("/operator-data-api/settings", { params });
  });
});

describe("results", () => {
  it("carry the data, and the key where there was one", () => {
    expectTypeOf(client.entities.get("p")).resolves.toEqualTypeOf<Entity>();
    expectTypeOf<Awaited<ReturnType<OneHazel["entities"]["upsert"]>>>().toHaveProperty("idempotencyKey");
    expectTypeOf(client.entities.delete("p")).resolves.toEqualTypeOf<EntityDeleted>();
    expectTypeOf(client.apiKeys.revoke("k")).resolves.toEqualTypeOf<void>();
  });

  it("of an erasure have a receipt exactly where alreadyGone is false", async () => {
    const deleted = await client.entities.delete("p");
    if (deleted.alreadyGone) expectTypeOf(deleted.erasureId).toEqualTypeOf<undefined>();
    else expectTypeOf(deleted.erasureId).toEqualTypeOf<string>();
  });

  it("of a list have erased entities only with updatedSince", () => {
    expectTypeOf(client.entities.list({ entityType: "player" })).toEqualTypeOf<List<Entity>>();
    expectTypeOf(client.entities.list({ updatedSince: new Date() })).toEqualTypeOf<
      List<Entity | ErasedEntity>
    >();
  });
});

describe("errors", () => {
  it("have a code of a closed set, so that a switch can be exhaustive", () => {
    expectTypeOf<APIError["code"]>().toEqualTypeOf<ErrorCode | undefined>();
    const error: unknown = undefined;
    if (isAPIError(error, "ENTITY_NOT_FOUND")) expectTypeOf(error.code).toEqualTypeOf<"ENTITY_NOT_FOUND">();
    // @ts-expect-error not a code of the specification
    isAPIError(error, "NO_SUCH_CODE");
  });
});

describe("operations", () => {
  it("have names of a closed set", () => {
    expectTypeOf<"upsertEntity">().toExtend<OperationId>();
    // @ts-expect-error required fields are required
    client.entities.upsert({ externalId: "p", data: {} });
    // @ts-expect-error a limit is required: a list can be longer than memory
    client.entities.list().toArray();
  });
});

describe("a client with a template", () => {
  const template = {
    name: "Casino",
    schema: {
      entity_types: {
        player: { required: ["email"], optional: ["vip_level"] },
        game: { required: ["name"], optional: [] },
      },
      event_types: {},
      state_keys: [],
      pii_fields: { player: ["email"] },
    },
  } as const;
  const typed = undefined as unknown as OneHazel<typeof template>;

  it("types the data of what is written and read", async () => {
    typed.entities.upsert({ entityType: "player", externalId: "p", data: { email: "a@example.com" } });
    // @ts-expect-error a required field
    typed.entities.upsert({ entityType: "player", externalId: "p", data: { vip_level: 1 } });
    // @ts-expect-error of another type
    typed.entities.upsert({ entityType: "player", externalId: "p", data: { name: "x" } });
    // @ts-expect-error no such type
    typed.entities.upsert({ entityType: "planet", externalId: "p", data: {} });
    // @ts-expect-error the same for many
    typed.entities.upsertMany([{ entityType: "game" as const, externalId: "g", data: {} }]);
    const entity = await typed.entities.get("p");
    expectTypeOf(entity.entity_type).toEqualTypeOf<"player" | "game">();
    if (entity.entity_type === "game") expectTypeOf(entity.data).toHaveProperty("name");
  });
});
