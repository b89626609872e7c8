// The doses, phases and limits on a chart.

import assert from "node:assert/strict";
import { test } from "node:test";
import { dosesOn, phasesOn, strictest } from "../../monitor/page/drawing/drawn.js";

const M = 60_000;
const ZERO = Date.parse("2026-11-23T12:00:00Z");
const iso = (minute) => new Date(ZERO + minute * M).toISOString();
const minute = (t) => (t - ZERO) / M;
const given = (...minutes) => {
  const last = Math.max(...minutes);
  return {
    doses: minutes.map((at, i) => ({ at: iso(at), amount_mg: 25 * (i + 1) })),
    dosed_at: iso(minutes[0]), last_dose_at: iso(last),
    phases: { onset: iso(last), peak: iso(last + 20), recovery: iso(last + 75), end: iso(last + 150) },
  };
};

for (const [name, encounter, expected] of [
  ["before any dose", { doses: [], dosed_at: null, phases: {} }, [["Baseline", -15]]],
  ["one dose", given(0), [["Baseline", -15], ["Onset", 0], ["Peak", 20], ["Recovery", 75]]],
  ["a second dose at its peak", given(0, 40),
    [["Baseline", -15], ["Onset", 0], ["Peak", 20], ["Onset (last dose)", 40], ["Peak (last dose)", 60], ["Recovery (last dose)", 115]]],
  ["a third", given(0, 10, 92),
    [["Baseline", -15], ["Onset", 0], ["Onset (dose 2)", 10], ["Peak (dose 2)", 30], ["Recovery (dose 2)", 85],
      ["Onset (last dose)", 92], ["Peak (last dose)", 112], ["Recovery (last dose)", 167]]],
  ["of an older record", { ...given(0, 92), doses: [] },
    [["Baseline", -15], ["Onset", 0], ["Peak", 20], ["Recovery", 75], ["Onset (last dose)", 92], ["Peak (last dose)", 112],
      ["Recovery (last dose)", 167]]],
]) {
  test(`phases: ${name}`, () => {
    const found = phasesOn(encounter, ZERO - 15 * M);
    assert.deepEqual(found.map(({ text, from }) => [text, minute(from)]), expected);
    // The present phase belongs to the last dose.
    const last = found.filter((one) => one.last).map(({ name }) => name);
    assert.deepEqual(last, encounter.dosed_at ? ["onset", "peak", "recovery"] : ["baseline"]);
  });
}

test("every dose has its amount, in the order of time", () => {
  const found = dosesOn({ ...given(0, 92), doses: [{ at: iso(92), amount_mg: 50 }, { at: iso(0), amount_mg: 12.5 }] });
  assert.deepEqual(found.map(({ at, text }) => [minute(at), text]), [[0, "12.5 mg"], [92, "50 mg"]]);
  assert.deepEqual(dosesOn({ dosed_at: null, last_dose_at: null }), []);
});

const limit = (condition, priority, value, direction = "high") =>
  ({ condition, vital: condition.split("_")[0], direction, priority, value });
const ABSOLUTE = [limit("sbp_high", "low", 145), limit("sbp_high", "medium", 160), limit("sbp_high", "high", 175)];
const OVER = [limit("sbp_rise", "low", 142), limit("sbp_rise", "medium", 153.4), limit("sbp_rise", "high", 165)];
for (const [name, limits, more, expected] of [
  ["absolute ones alone", ABSOLUTE, { dosed_at: iso(0) }, [["high", 175], ["medium", 160]]],
  ["the ones over the baseline are lower", [...ABSOLUTE, ...OVER], { dosed_at: iso(0) }, [["high", 165], ["medium", 153.4]]],
  ["the ones over the baseline are higher", [...ABSOLUTE, limit("sbp_rise", "high", 190)], { dosed_at: iso(0) }, [["high", 175], ["medium", 160]]],
  ["before the dose", [...ABSOLUTE, ...OVER], { dosed_at: null }, [["high", 175], ["medium", 160]]],
  ["one value of two priorities", [limit("sbp_high", "medium", 165), ...OVER.slice(2)], { dosed_at: iso(0) }, [["high", 165]]],
  ["downwards, and of what has no curve", [limit("hr_low", "high", 40, "low"), limit("temp_high", "high", 39), limit("map_high", "high", 130)],
    { dosed_at: iso(0) }, []],
]) {
  test(`limits drawn: ${name}`, () => {
    assert.deepEqual(strictest({ limits, ...more }).map(({ priority, value }) => [priority, value]), expected);
  });
}

test("each vital sign has its own", () => {
  const limits = ["sbp", "dbp", "hr"].flatMap((vital) => [limit(`${vital}_high`, "high", 175), limit(`${vital}_rise`, "high", 120)]);
  assert.deepEqual(strictest({ limits, dosed_at: iso(0) }).map(({ vital, value }) => [vital, value]), [["sbp", 120], ["dbp", 120], ["hr", 120]]);
});
