import { describe, expect, it } from "vitest";
import { errorForLog } from "./log.js";

const secret = "ada@example.com";

function postgresError(message: string): Error {
  return Object.assign(new Error(message), {
    name: "error",
    severity: "ERROR",
    code: "23505",
    table: "entities",
    constraint: "entities_pkey",
    routine: "_bt_check_unique",
    detail: `Key (external_id)=(${secret}) already exists.`,
    where: `unnamed portal parameter $3 = '${secret}'`,
    hint: secret,
    internalQuery: secret,
  });
}

describe("an error in the log", () => {
  it("of PostgreSQL names the schema and quotes no value", () => {
    const logged = errorForLog(postgresError(`invalid input syntax for type json: "${secret}"`));
    expect(logged).toMatchObject({
      name: "error",
      code: "23505",
      table: "entities",
      constraint: "entities_pkey",
      routine: "_bt_check_unique",
    });
    expect(logged).not.toHaveProperty("message");
    expect(JSON.stringify(logged)).not.toContain(secret);
  });

  it.each([
    `bad\n    at ${secret}`,
    `bad\n    at ${secret} (file.js:1:1)\n`,
    `\n at ${secret} - x`,
    `a - b\n    at ${secret}`,
  ])("shows no line of a message that looks like a frame", (message) => {
    const plain = postgresError(message);
    const throughKnex = postgresError(message);
    throughKnex.message = `insert into entities\n  values ($1) - ${message}`;
    for (const error of [plain, throughKnex]) {
      const logged = errorForLog(error);
      expect(JSON.stringify(logged)).not.toContain(secret);
      expect((logged.stack as string[])[0]).toMatch(/^at postgresError /);
    }
  });

  it("of ours has its message, a short stack and its causes", () => {
    const cause = postgresError(secret);
    const logged = errorForLog(new Error("could not be written", { cause }));
    expect(logged).toMatchObject({
      name: "Error",
      message: "could not be written",
      cause: { code: "23505" },
    });
    expect((logged.stack as string[]).length).toBeLessThanOrEqual(12);
    expect(JSON.stringify(logged)).not.toContain(secret);
  });

  it("that is none is its type alone", () => {
    expect([errorForLog(secret), errorForLog(undefined), errorForLog({ secret })]).toEqual([
      { type: "string" },
      { type: "undefined" },
      { type: "object" },
    ]);
  });
});
