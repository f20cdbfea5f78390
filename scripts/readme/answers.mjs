// What the README's blocks are to answer, so that an exit code of 0 is not all that is asked of them.
import assert from "node:assert/strict";

const lines = (text) => text.split("\n").filter((line) => line !== "" && !line.startsWith("> "));

/** Each block by a word that only it has, and the check of what it wrote to stdout. */
const checks = [
  ["curl", checkCalls],
  ["quickstart", (text) => checkLines(text, quickstartLines)],
  ["platform:create", (text) => checkLines(text, adminLines)],
];

/** Throws unless the block answered what the README says of it. */
export function checkAnswer(block, text) {
  const found = checks.filter(([word]) => block.includes(word));
  assert.equal(found.length, 1, `one check is for this block:\n${block}`);
  found[0][1](text);
}

const quickstartLines = [
  /^created op_[0-9a-f]{16}$/,
  /^loaded 1000 players$/,
  /^read one back in clear: \S+ \S.*$/,
  /^a list keeps personal fields sealed: v1\.\S+$/,
  /^updated player_00001$/,
  /^recorded 200 events, one more was a duplicate$/,
  /^the latest of player_00001 is a transaction$/,
  /^the balance of player_00001 is 150\.5$/,
  /^batch-loaded 499 games; game_42: \S.*$/,
  /^\S+ is partial: 499 of 500$/,
  /^erased player_00001, receipt \S+$/,
  /^now it answers 404 ENTITY_NOT_FOUND$/,
];

const adminLines = [
  /^platformId +plat_[0-9a-f]{16}$/,
  /^platformKey +oh_platform_[0-9a-f]{64}$/,
  /^platformId .* name$/,
  /^plat_[0-9a-f]{16} .*Demo platform$/,
  /^plat_[0-9a-f]{16} .*First partner$/,
  /^applied +0001_roles$/,
];

/** All of these in this order. Further ones may only follow the last: the schema grows. */
function checkLines(text, expected) {
  const found = lines(text);
  expected.forEach((pattern, index) => {
    assert.match(found[index] ?? "(nothing)", pattern);
  });
  const further = found.slice(expected.length).filter((line) => !/^applied +\d{4}_\w+$/.test(line));
  assert.deepEqual(further, []);
}

function checkCalls(text) {
  const [written, read, erased, ...further] = lines(text).map((line) => JSON.parse(line).data);
  assert.equal(written.action, "created");
  assert.equal(read.data.email, "ada@example.com");
  assert.match(erased.erasureId, /^\w+$/);
  assert.deepEqual(further, []);
}
