import { expect, it } from "vitest";
import { ownDatabase } from "../test/own-database.js";

const db = ownDatabase({ poolMax: 1 });

const key = {};
/** Gives a row for each id that is asked for, which says with how many others it was. */
function read(id: string, under: object = key) {
  return db().queryMerged<{ id: string; asked: number }>(under, {
    name: "read",
    text: "select id, cardinality($1::text[]) as asked, 1 / (id <> 'bad')::int as sound from unnest($1::text[]) as id",
    id,
    valuesFor: (ids) => [ids],
  });
}
const askedWith = async (id: string, under?: object) =>
  (await read(id, under)).rows.find((row) => row.id === id)?.asked;

it("reads that come at once are one statement, and each finds its own row", async () => {
  const odd = ["a", 'b"\\', "{c,d}", "a", "", "NULL"];
  expect(await Promise.all(odd.map((id) => askedWith(id)))).toEqual(odd.map(() => odd.length));
});

it("reads that come one after the other, or under another key, are each by themselves", async () => {
  expect(await askedWith("a")).toBe(1);
  expect(await Promise.all([askedWith("a"), askedWith("b", {}), askedWith("c")])).toEqual([2, 1, 2]);
});

it("sixteen go together at most", async () => {
  const asked = await Promise.all(Array.from({ length: 20 }, (_, n) => askedWith(`r${n}`)));
  expect(asked).toEqual([...Array(16).fill(16), ...Array(4).fill(4)]);
});

it("a statement that is refused is refused to all who asked by it, and to nobody after them", async () => {
  const answers = await Promise.allSettled([read("a"), read("bad")]);
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await askedWith("a")).toBe(1);
});
