import { credentialKinds, type Operation, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations as handled } from "../operations.js";
import type { Answer } from "./call.js";
import { expectError, prefixes } from "./expect-error.js";
import { startApi, type TestApi } from "./harness.js";
import { emptyRequest, keyFor } from "./requests.js";

let api: TestApi;
/** Tokens of people, by what they are linked to. */
let people: Record<"operatorMember" | "platformMember" | "nobody" | "suspended" | "unlinked", string>;

beforeAll(async () => {
  api = await startApi();
  const { ours } = api;
  const out = await api.createOperator(ours);
  const unlinked = await api.createUser(ours.operator.id);
  people = {
    operatorMember: (await api.createUser(ours.operator.id, "member")).token,
    platformMember: (await api.createUser(ours.id, "member")).token,
    nobody: (await api.createUser()).token,
    suspended: (await api.createUser(out.id)).token,
    unlinked: unlinked.token,
  };
  await api.call("DELETE", `/platform-api/operators/${out.id}`, { key: ours.key });
  await api.sql("delete from user_profiles where user_id = $1", [unlinked.id]);
});
afterAll(() => api.stop());

const cases = prefixes.flatMap((prefix) => operations.map((operation) => ({ prefix, operation })));

for (const { prefix, operation } of cases) {
  describe(`${operation.method} ${prefix}${operation.path}`, () => {
    const shape = operation.errorShape;
    const send = (key: string): Promise<Answer> => {
      const { method, path, body } = emptyRequest(operation, "");
      return api.call(method, `${prefix}${path}`, { key, body });
    };

    it("is reached by an owner's session where it is by the key, and forbidden where it is forbidden", async () => {
      for (const [key, session] of [
        ["operatorKey", "operatorSession"],
        ["platformKey", "platformSession"],
      ] as const) {
        const byKey = await send(keyFor(api.ours, key));
        const bySession = await send(keyFor(api.ours, session));
        if (byKey.status === 403) expect(comparable(bySession)).toBe(comparable(byKey));
        else expect([200, 201, 400, 404]).toContain(bySession.status);
      }
    });

    it("is reached by a member's session to read, and not to export", async () => {
      for (const [kind, token] of [
        ["operatorSession", people.operatorMember],
        ["platformSession", people.platformMember],
      ] as const) {
        const answer = await send(token);
        if (mayRead(operation) && operation.credentials.includes(kind))
          expect([200, 404]).toContain(answer.status);
        else expectError(answer, "FORBIDDEN", { shape });
      }
    });

    it("is forbidden to who is linked to nothing, or no longer", async () => {
      for (const token of [people.nobody, people.unlinked])
        expectError(await send(token), "FORBIDDEN", { shape });
    });

    it("is shut to people of a suspended operator", async () => {
      expectError(await send(people.suspended), "AUTH_SUSPENDED", { shape });
    });
  });
}

function mayRead({ method, clearPiiOnly }: Operation): boolean {
  return method === "GET" && !clearPiiOnly;
}

/** An answer without what no two share. */
function comparable({ status, text }: Answer): string {
  return `${status} ${text.replace(/"requestId":"[^"]*"/, "")}`;
}

it("the spec's credentials of an operation are those that its handler works with", () => {
  for (const { id, credentials } of operations) {
    const expected = credentialKinds.filter((kind) =>
      handled[id].reach.some((reach) => kind.startsWith(reach)),
    );
    expect([id, [...credentials].sort()]).toEqual([id, [...expected].sort()]);
  }
});

it("exactly the export is for who sees personal data in clear", () => {
  expect(operations.filter(({ clearPiiOnly }) => clearPiiOnly).map(({ id }) => id)).toEqual(["exportEntity"]);
});

describe("a person's reach ends with the very next request, on every server", () => {
  it("when they are unlinked, made a member, or their operator is suspended", async () => {
    const twin = await api.startTwin();
    const operator = await api.createOperator(api.ours);
    const { id, token } = await api.createUser(operator.id);
    const ask = async (method: string, path: string) => {
      const answers = [api.baseUrl, twin.baseUrl].map((baseUrl) =>
        fetch(`${baseUrl}${path}`, { method, headers: { authorization: `Bearer ${token}` } }),
      );
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    const [list, erase] = [
      ["GET", "/operator-data-api/entities"],
      ["DELETE", "/operator-data-api/entities/nobody"],
    ] as const;
    expect([await ask(...list), await ask(...erase)]).toEqual([
      [200, 200],
      [404, 404],
    ]);
    await api.sql("update user_profiles set role = 'member' where user_id = $1", [id]);
    expect([await ask(...list), await ask(...erase)]).toEqual([
      [200, 200],
      [403, 403],
    ]);
    await api.call("DELETE", `/platform-api/operators/${operator.id}`, { key: api.ours.key });
    expect([await ask(...list), await ask(...erase)]).toEqual([
      [401, 401],
      [401, 401],
    ]);
    await api.sql("delete from user_profiles where user_id = $1", [id]);
    expect([await ask(...list), await ask(...erase)]).toEqual([
      [403, 403],
      [403, 403],
    ]);
  });
});
