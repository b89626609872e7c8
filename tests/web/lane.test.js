// The lane of all alarms: at each moment the worst one, whichever was drawn or began last.

import assert from "node:assert/strict";
import { test } from "node:test";
import { laneOf, rank } from "../../monitor/page/drawing/lane.js";

const part = (priority, from, until, taken = false) => ({ priority, from, until, taken });
const alarm = (...parts) => ({ parts, alarm: { kind: "physiological" } });
const technical = (...parts) => ({ parts, alarm: { kind: "technical" } });
const brief = (found) => found.map((s) => [s.priority, s.from, s.until, s.waits ? "waits" : "taken", s.marked]);
const NOW = 100;

for (const [name, alarms, expected] of [
  ["none", [], []],
  ["one", [alarm(part("low", 0, 10), part("low", 10, 20, true))], [["low", 0, 10, "waits", true], ["low", 10, 20, "taken", false]]],
  ["a lower one that began later", [alarm(part("high", 0, 50)), alarm(part("low", 20, 60))],
    [["high", 0, 50, "waits", true], ["low", 50, 60, "waits", true]]],
  ["a lower one that began before", [alarm(part("low", 0, 60)), alarm(part("high", 20, 50))],
    [["low", 0, 20, "waits", true], ["high", 20, 50, "waits", true], ["low", 50, 60, "waits", true]]],
  ["the worst is taken, a lower one waits", [alarm(part("high", 0, 50, true)), alarm(part("low", 0, 50))],
    [["high", 0, 50, "taken", true]]],
  ["one of two as bad waits", [alarm(part("high", 0, 50, true)), alarm(part("high", 20, 40))],
    [["high", 0, 20, "taken", true], ["high", 20, 40, "waits", false], ["high", 40, 50, "taken", false]]],
  ["it lasts", [alarm(part("medium", 0, null)), alarm(part("low", 90, null))], [["medium", 0, NOW, "waits", true]]],
  ["it begins now", [alarm(part("high", NOW, null))], [["high", NOW, NOW + 1, "waits", true]]],
  ["nothing between two", [alarm(part("low", 0, 10)), alarm(part("low", 20, 30))],
    [["low", 0, 10, "waits", true], ["low", 20, 30, "waits", true]]],
  ["nobody knows it any more", [alarm(part(null, 0, 30)), alarm(part("low", 10, 20))],
    [[null, 0, 10, "waits", true], ["low", 10, 20, "waits", true], [null, 20, 30, "waits", true]]],
]) {
  test(`the lane: ${name}`, () => assert.deepEqual(brief(laneOf(alarms, NOW)), expected));
}

test("the shape is full where one of the worst is about the patient", () => {
  const found = laneOf([technical(part("high", 0, 30)), alarm(part("high", 10, 20)), alarm(part("low", 0, 30))], NOW);
  assert.deepEqual(found.map((s) => [s.from, s.filled, s.marked]), [[0, false, true], [10, true, true], [20, false, true]]);
});

test("at every moment of any alarms, in any order, the lane is of the worst, once", () => {
  let seed = 7;
  const next = (most) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  for (let n = 0; n < 300; n++) {
    const alarms = Array.from({ length: 1 + next(5) }, () => {
      const from = next(40);
      const until = next(5) ? from + 1 + next(20) : null;
      return alarm(part(["low", "medium", "high", null][next(4)], from, until, next(2) === 0));
    });
    const found = laneOf(alarms, NOW);
    assert.deepEqual(laneOf([...alarms].reverse(), NOW), found);
    for (let t = 0.5; t < NOW; t++) {
      const on = alarms.map((a) => a.parts[0]).filter((p) => p.from < t && (p.until ?? NOW) > t);
      const here = found.filter((s) => s.from < t && s.until > t);
      assert.equal(here.length, Math.min(1, on.length));
      if (!here.length) continue;
      const most = Math.max(...on.map(rank));
      assert.equal(rank(here[0]), most);
      assert.equal(here[0].waits, on.some((p) => rank(p) === most && !p.taken));
    }
  }
});
