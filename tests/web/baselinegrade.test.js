import assert from "node:assert/strict";
import test from "node:test";
import { baselineSoFar } from "../../monitor/page/words/session/baselinegrade.js";

const of = (grade, count, more = {}) => ({
  dosed_at: null,
  baseline: { sbp: { value: 121.4, grade, count }, dbp: { value: 80, grade, count }, ...more },
});

for (const [session, words] of [
  [of("poor", 1), ["Baseline poor.", "121/80 from 1 reading. The dose freezes it."]],
  [of("fair", 2), ["Baseline fair.", "121/80 from 2 readings. The dose freezes it."]],
  [of("fair", 3), ["Baseline fair.", "121/80 from 3 readings, far apart: measure again. The dose freezes it."]],
  [of("good", 3), ["Baseline good.", "121/80 from 3 readings. The dose freezes it."]],
  [
    of("good", 3, { hr: { value: 70, grade: "good", count: 60 }, temp: { value: 36.6, grade: "poor", count: 1 } }),
    ["Baseline good.", "121/80 from 3 readings. Temperature poor. The dose freezes it."],
  ],
  [{ ...of("good", 3), dosed_at: "2026-11-02T10:00:00.000Z" }, null],
  [{ dosed_at: null, baseline: { sbp: { value: 121, grade: "good", count: 3 } } }, null],
  [{ dosed_at: null, baseline: {} }, null],
]) {
  test(`a baseline so far: ${words ? words.join(" ") : "none"}`, () => {
    assert.deepEqual(baselineSoFar(session), words);
  });
}

test("both pressures are counted: the smaller number decides whether there are enough", () => {
  const uneven = of("fair", 3);
  uneven.baseline.dbp.count = 2;
  assert.equal(baselineSoFar(uneven)[1], "121/80 from 3 readings. The dose freezes it.");
});
