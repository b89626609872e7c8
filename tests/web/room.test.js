import assert from "node:assert/strict";
import test from "node:test";
import { GOES, going, leaveOut } from "../../monitor/page/drawing/room.js";

const pieces = (...kinds) => kinds.map((kind) => ({ kind }));
// Two lines: each with its reason, two further reasons, and the contacts that were notified.
const TWO = pieces("reason", "further reason", "further reason", "told", "reason", "further reason", "further reason", "told");

test("what goes first where there is too little room", () => {
  assert.deepEqual(going(TWO), [6, 5, 2, 1, 7, 3, 4, 0]);
  assert.deepEqual(GOES, ["further reason", "told", "reason", "reach"]);
});

test("what is no piece of these kinds never goes", () => {
  assert.deepEqual(going(pieces("what", "value", "since", undefined, "who")), []);
});

test("as little as possible is left out, and null says that it never has room", () => {
  const heights = [2, 2, 2, 0, 2, 2, 2, 1];
  const tall = (out) => heights.reduce((sum, h, i) => sum + (out.has(i) ? 0 : h), 0);
  for (let room = -1; room <= 14; room++) {
    const out = leaveOut(TWO, (gone) => tall(gone) <= room);
    if (room < 0) assert.equal(out, null);
    else {
      assert.ok(tall(out) <= room);
      // There is no room for any hidden piece, and the worst line's own reason is hidden last.
      for (const i of out) assert.ok(tall(new Set([...out].filter((j) => j !== i))) > room, `${i} in ${room}`);
      if (room >= 2) assert.ok(!out.has(0));
    }
  }
});
