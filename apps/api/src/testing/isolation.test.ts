import { type Operation, operations } from "@onehazel/spec";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApi, type TestApi, type TestPlatform } from "./harness.js";
import { exampleRequest, type IdPlace, idPlacesOf, keyFor } from "./requests.js";
import { storedDigest } from "./stored.js";
import { absent, kindOf, makeThings, makeUpkeep, type Things } from "./things.js";

let api: TestApi;
let theirs: Things;
beforeAll(async () => {
  api = await startApi();
  theirs = await makeThings(api, api.theirs);
});
afterAll(() => api.stop());

/** The key of a state is a word of the template, and everybody's. */
const isTenants = (operation: Operation) => (place: IdPlace) => kindOf(operation, place.name) !== "state";

/** Every choice of whose id stands where, with at least one that is not ours. */
function mixturesOf(places: readonly IdPlace[]): IdPlace[][] {
  const all = places.reduce<IdPlace[][]>(
    (sets, place) => sets.flatMap((set) => [set, [...set, place]]),
    [[]],
  );
  return all.filter((set) => set.length > 0);
}

/** What no two answers share, as it is written. */
const never = [
  /"requestId":"[^"]*"/g,
  /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  /(?<=(oh_live|eev|ent|ers|job|op|tpl)_)[0-9a-f]{16,64}/g,
];

/** An answer without what no two answers share, and without the ids that were asked for. */
function comparable(answer: { status: number; text: string }, things: Things): string {
  let { text } = answer;
  for (const id of Object.values(things)) text = text.replaceAll(JSON.stringify(id), '"asked"');
  for (const pattern of never) text = text.replace(pattern, "…");
  return `${answer.status} ${text}`;
}

/** A tenant of our platform with one thing of each kind, to be used up. */
async function fresh(platform: TestPlatform) {
  const tenant = { ...platform, operator: await api.createOperator(platform) };
  return { tenant, things: await makeThings(api, tenant) };
}

describe("another tenant's ids answer as if they did not exist:", () => {
  for (const operation of operations) {
    const places = idPlacesOf(operation).filter(isTenants(operation));
    for (const kind of operation.credentials) {
      if (places.length === 0) continue;
      it(`${operation.method} ${operation.path} with ${kind}`, async () => {
        const before = await theirRows();
        for (const foreign of mixturesOf(places)) {
          const ask = async (stranger: Things) => {
            const { tenant, things } = await fresh(api.ours);
            const isForeign = (place: IdPlace) =>
              foreign.some((other) => other.in === place.in && other.name === place.name);
            const swap = (place: IdPlace) => (isForeign(place) ? stranger : things);
            const { method, path, key, body } = exampleRequest(operation, keyFor(tenant, kind), swap);
            return comparable(await api.call(method, path, { key, body }), stranger);
          };
          expect(await ask(theirs)).toBe(await ask(absent));
        }
        expect(await theirRows()).toEqual(before);
      });
    }
  }

  it("the ids that were asked for are real: their tenant's own requests succeed", async () => {
    for (const operation of operations.filter((candidate) =>
      idPlacesOf(candidate).some(isTenants(candidate)),
    )) {
      for (const kind of operation.credentials) {
        const { tenant, things } = await fresh(api.theirs);
        const { method, path, key, body } = exampleRequest(operation, keyFor(tenant, kind), () => things);
        const answer = await api.call(method, path, { key, body });
        expect(answer.status, answer.text).toBeLessThan(300);
      }
    }
  });

  it("lists show one's own only", async () => {
    for (const operation of operations.filter(
      ({ method, path }) => method === "GET" && !path.includes("{"),
    )) {
      for (const kind of operation.credentials) {
        const { text } = await api.call("GET", operation.path, { key: keyFor(api.ours, kind) });
        for (const [what, id] of Object.entries(theirs)) {
          if (what !== "state") expect(text).not.toContain(id);
        }
        expect(text).not.toContain(api.theirs.id);
      }
    }
  });

  it("a cursor of another tenant is a foreign one", async () => {
    for (const operation of operations.filter(({ parameters }) =>
      parameters.some(({ name }) => name === "limit"),
    )) {
      const [kind] = operation.credentials;
      const pathsOf: string[] = [];
      for (const tenant of [api.ours, api.theirs]) {
        const things = [await makeThings(api, tenant), await makeThings(api, tenant)] as const;
        await makeUpkeep(api, tenant);
        await api.createOperator(tenant);
        pathsOf.push(operation.path.replace("{externalId}", things[0].entity));
      }
      const [ourPath, theirPath] = pathsOf;
      const page = await api.call("GET", `${theirPath}?limit=1`, { key: keyFor(api.theirs, kind!) });
      const cursor = page.body.nextCursor;
      expect([operation.id, cursor]).toEqual([operation.id, expect.any(String)]);
      const query = `?limit=1&cursor=${cursor}`;
      const again = await api.call("GET", `${theirPath}${query}`, { key: keyFor(api.theirs, kind!) });
      expect(again.status).toBe(200);
      const stolen = await api.call("GET", `${ourPath}${query}`, { key: keyFor(api.ours, kind!) });
      expect([stolen.status, stolen.body.error.details[0].field]).toEqual([400, "cursor"]);
    }
  });

  /** Everything stored of the other platform and its operators. */
  async function theirRows(): Promise<Record<string, string>> {
    return storedDigest(api, { operatorId: api.theirs.operator.id, platformId: api.theirs.id });
  }
});
