// The one comparison of a value with a limit: an upper limit counts at itself, a low one does not.

import assert from "node:assert/strict";
import test from "node:test";
import { beyond, crosses, reaches } from "../../monitor/page/words/alarms/crossing.js";

for (const [direction, value, limit, is] of [
  ["high", 120, 120, true],
  ["high", 119.9, 120, false],
  ["high", 121, 120, true],
  ["low", 50, 50, false],
  ["low", 49.9, 50, true],
  ["low", 51, 50, false],
]) {
  test(`${value} ${is ? "crosses" : "keeps"} the ${direction} limit of ${limit}`, () => {
    assert.equal(crosses({ direction, value: limit }, value), is);
    assert.equal(beyond({ condition: `hr_${direction}` }, value, limit), is);
  });
}

test("a rise over the baseline has an upper limit, and an alarm without a limit decides itself", () => {
  assert.equal(beyond({ condition: "sbp_rise" }, 165, 165), true);
  assert.equal(beyond({ condition: "sbp_rise" }, 164, 165), false);
  assert.equal(beyond({ condition: "symptom" }, null, null), true);
});

test("a value reaches a limit at it and above it", () => {
  assert.deepEqual([119, 120, 121].map((value) => reaches(value, 120)), [false, true, true]);
});
