import { readFile, writeFile } from "node:fs/promises";
import type { OneHazel } from "@onehazel/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startWorkplace, type Workplace } from "./testing/harness.js";

let work: Workplace;
let client: OneHazel;
let env: Record<string, string>;
let templateId: string;
let files = 0;
beforeAll(async () => {
  work = await startWorkplace();
});
afterAll(() => work.stop());

/** More than a page of a list. */
const guests = 230;
const fields = ["email", "name", "phone", "address", "room"];
const schema = (guest: readonly string[]) => ({
  entity_types: {
    guest: { required: ["email"], optional: fields.slice(1) },
    room: { required: [], optional: [] },
  },
  event_types: { visit: { required: [], optional: ["ip"] } },
  state_keys: ["mood"],
  pii_fields: { guest: [...guest], visit: ["ip"] },
});
const changeTemplate = (pii: readonly string[]) =>
  client.templates.update(templateId, { name: "Hotel", schema: schema(pii) });

/** JSON of every kind, in fields that the template knows and in others. */
const dataOf = (n: number) =>
  JSON.parse(
    JSON.stringify({
      email: `guest.${n}@example.com`,
      name: n % 7 === 0 ? null : `Nina "${n}"\nÜ ${"x".repeat(n)}`,
      phone: n % 3 === 0 ? ["+44", n] : "",
      address: { street: "v1.k.AAAA", "": null, deep: { number: n / 7 } },
      room: n,
      onehazel_note: "ours",
      type: "a field",
    }).replace("{", '{"__proto__":{"polluted":true},'),
  );

beforeEach(async () => {
  ({ client, env } = await work.newOperator());
  templateId = (
    await client.templates.create({ name: "Hotel", schema: schema(["email", "name", "phone", "address"]) })
  ).id;
  await client.settings.update({ templateId });
  const result = await client.entities.upsertMany(
    Array.from({ length: guests }, (_, n) => ({
      entityType: "guest",
      externalId: `guest/${n}`,
      data: dataOf(n),
    })),
  );
  if (result.failed > 0) throw new Error("set-up failed");
});

/** Keys of an object come back in any order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1));
  });
}

async function exported(): Promise<string> {
  files += 1;
  const file = work.path(`export-${files}.ndjson`);
  const ran = await work.run(["entities", "export", "--output", file, "--json"], { env });
  expect([ran.code, ran.json().lines]).toEqual([0, guests]);
  return file;
}
const imported = (file: string) => work.run(["entities", "import", file, "--json"], { env });
async function decrypted(): Promise<string[]> {
  const reads = Array.from({ length: guests }, (_, n) => client.entities.get(`guest/${n}`));
  return (await Promise.all(reads)).map(({ data }) => canonical(data));
}
const listedEmail = async () => {
  for await (const { external_id, data } of client.entities.list())
    if (external_id === "guest/5") return (data as { email: string }).email;
  return undefined;
};

describe("an export that is imported again", () => {
  it("leaves every data as it was, however often", async () => {
    const before = await decrypted();
    expect(before[1]).toContain("guest.1@example.com");
    const file = await exported();
    expect(await readFile(file, "utf8")).not.toContain("@example.com");
    for (const _ of [1, 2]) {
      const ran = await imported(file);
      expect([ran.code, ran.json()]).toMatchObject([0, { succeeded: guests, failed: 0 }]);
    }
    expect(await decrypted()).toEqual(before);
    expect(await listedEmail()).toMatch(/^v1\./);
  });

  it("leaves every data as it was even if the template has changed in between", async () => {
    const before = await decrypted();
    const file = await exported();
    await changeTemplate(["room"]);
    expect((await imported(file)).code).toBe(0);
    expect(await decrypted()).toEqual(before);
    expect(await listedEmail()).toBe("guest.5@example.com");
    await changeTemplate(["email", "room"]);
    expect((await imported(file)).code).toBe(0);
    expect(await decrypted()).toEqual(before);
    expect(await listedEmail()).toMatch(/^v1\./);
  });

  it("fails for a row with another record's ciphertext: exit code 3, the row and its field named, nothing changed", async () => {
    const before = await decrypted();
    const file = await exported();
    const rows = (await readFile(file, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    [rows[0].data, rows[1].data] = [rows[1].data, rows[0].data];
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const ran = await imported(file);
    expect([ran.code, ran.json()]).toMatchObject([3, { succeeded: guests - 2, failed: 2 }]);
    for (const number of [1, 2]) {
      expect(ran.stderr).toMatch(
        new RegExp(`row ${number}, line ${number}: VALIDATION_FAILED: data\\.\\w+: is a ciphertext`),
      );
    }
    expect(ran.stderr).toContain("data.email");
    expect(await decrypted()).toEqual(before);
  });

  it("is rejected completely for another operator", async () => {
    const file = await exported();
    const other = await work.newOperator();
    const { id } = await other.client.templates.create({ name: "Hotel", schema: schema([]) });
    await other.client.settings.update({ templateId: id });
    const ran = await work.run(["entities", "import", file, "--json"], { env: other.env });
    expect([ran.code, ran.json()]).toMatchObject([3, { succeeded: 0, failed: guests }]);
    expect(await other.client.entities.list().toArray({ limit: 1 })).toEqual([]);
  });

  it("is rejected as events", async () => {
    const file = await exported();
    const args = ["events", "import", file, "--type", "visit", "--json"];
    const ran = await work.run(args, { env });
    expect([ran.code, ran.json()]).toMatchObject([3, { succeeded: 0, failed: guests }]);
    expect(ran.stderr).toContain("data.email: is a ciphertext");
  });
});
