// The report has a rise to high once for each vital sign, and the rows of one moment once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmsOf, entries } from "../../monitor/page/words/record/happened.js";
import { paired } from "../../monitor/page/words/record/paired.js";
import { highs } from "../../monitor/page/words/record/rises.js";
import { instead } from "../../monitor/page/words/record/doses.js";

const ZERO = Date.parse("2026-11-23T12:00:00Z");
const at = (minute) => ZERO / 1000 + 60 * minute;
const iso = (minute) => new Date(1000 * at(minute)).toISOString();
const time = (t) => `@${(t - ZERO) / 60_000}`;
const bare = {
  condition: "sbp_high", kind: "physiological", presence: "on", priority: "high", vital: "sbp", value: 184, limit: 180,
  onset: at(5), raised_at: at(5), cleared_at: null, worst: "high", reason: "It is high.",
};
const OVER = { id: "e-2", condition: "sbp_rise", limit: 165 };
const moved = (minute, transition, more = {}) => (
  { at: at(minute), transition, alarm: { id: "e-1", ...bare, ...more } }
);
// One pressure per minute.
const EACH = Array.from({ length: 61 }, (_, minute) => 1000 * at(minute));
const journal = (...rows) =>
  rows.map(([type, minute, body], i) => ({ id: i + 1, at: iso(minute), type, body }));
const alarm = (minute, ...rest) => ["alarm", minute, moved(minute, ...rest)];
const OVERDUE = { id: "e-6", condition: "bp_overdue", kind: "technical", vital: null, value: null, limit: null, reason: "It is overdue." };
const CUFF = (minute, how, priority, more) => alarm(minute, how, { ...OVERDUE, priority, ...more });
const said = (...rows) => {
  const all = journal(...rows);
  return highs({ rows: all, alarms: alarmsOf(all), times: { bp: EACH }, end: 1000 * at(60), time });
};

for (const [name, rows, expected] of [
  ["both limits at once", [alarm(5, "raised"), alarm(5, "raised", OVER), alarm(6, "acknowledged", { acknowledged_by: "thea" })],
    ["Systolic pressure high: 184 at @5, limit 180 (and 165 from the baseline). High to the end of the record, 55 min. Taken by thea @6."]],
  ["the one over the baseline alone", [alarm(5, "raised", { ...OVER, value: 170 })],
    ["Systolic pressure high: 170 at @5, limit 165 from the baseline. High to the end of the record, 55 min. Nobody took it."]],
  ["a limit as it is in force", [alarm(5, "raised", { ...OVER, value: 101, limit: 100.8 })],
    ["Systolic pressure high: 101 at @5, limit 100.8 from the baseline. High to the end of the record, 55 min. Nobody took it."]],
  ["one after the other", [alarm(5, "raised", { ...OVER, value: 170 }), alarm(9, "raised", { onset: at(9) }), alarm(20, "cleared"), alarm(25, "cleared", OVER)],
    ["Systolic pressure high: 170 at @5, limit 165 from the baseline; then 184 at @9, limit 180. High for 20 min. Nobody took it."]],
  ["taken by two people, by one of them twice", [alarm(5, "raised"), alarm(5, "raised", OVER),
    alarm(6, "acknowledged", { acknowledged_by: "thea" }), alarm(6, "acknowledged", { ...OVER, acknowledged_by: "thea" }),
    alarm(8, "acknowledged", { ...OVER, acknowledged_by: "mara" })],
    ["Systolic pressure high: 184 at @5, limit 180 (and 165 from the baseline). High to the end of the record, 55 min. Taken by thea @6 and mara @8."]],
  ["by one press, over the end of a minute", [alarm(5, "raised"), alarm(5, "raised", OVER),
    alarm(6.9, "acknowledged", { ...OVER, acknowledged_by: "thea" }), alarm(7.1, "acknowledged", { acknowledged_by: "thea" })],
    ["Systolic pressure high: 184 at @5, limit 180 (and 165 from the baseline). High to the end of the record, 55 min. Taken by thea @6.9."]],
  ["still there, and nobody", [alarm(5, "raised"), alarm(6, "acknowledged", { acknowledged_by: "thea" }), alarm(16, "raised")],
    ["Systolic pressure high: 184 at @5, limit 180. High to the end of the record, 55 min. Taken by thea @6. Still there at @16, and not taken again."]],
  ["after it was over", [alarm(5, "raised"), alarm(9, "latched"), alarm(12, "ended", { acknowledged_by: "mara" })],
    ["Systolic pressure high: 184 at @5, limit 180. High for 4 min. Taken by mara @12 after it was over."]],
  ["by a reading that was struck out", [alarm(5, "raised"),
    ["corrected", 6, { what: "reading", before: { at: at(5), sbp: 184 }, by: "thea", reason: "it was 148" }], alarm(6, "latched"),
    alarm(20, "raised", { id: "e-3", onset: at(20), value: 190 })],
    ["Systolic pressure high: 184 at @5, limit 180. High for 1 min. Nobody took it. 184 was struck out by thea: it was 148.",
      "Systolic pressure high: 190 at @20, limit 180. High to the end of the record, 40 min. Nobody took it."]],
  ["two vital signs", [alarm(5, "raised"), alarm(5, "raised", { id: "e-4", condition: "dbp_high", vital: "dbp", value: 112, limit: 110 })],
    ["Systolic pressure high: 184 at @5, limit 180. High to the end of the record, 55 min. Nobody took it.",
      "Diastolic pressure high: 112 at @5, limit 110. High to the end of the record, 55 min. Nobody took it."]],
  ["no limit of a vital sign", [alarm(5, "raised", { id: "e-5", condition: "broker_lost", kind: "technical", vital: null, value: null, reason: "It is lost." })],
    ["No device can be heard: at @5, for 55 min. It is lost. Nobody took it."]],
  ["taken before it was high", [alarm(5, "raised", { priority: "low", value: 152, limit: 150 }),
    alarm(6, "acknowledged", { priority: "low", acknowledged_by: "thea" }), alarm(9, "escalated")],
    ["Systolic pressure high: 184 at @9, limit 180. High to the end of the record, 51 min. Began @5 as low. " +
      "Nobody took it as high (thea took it @6 as low)."]],
  ["taken, and high again", [alarm(5, "raised"), alarm(6, "acknowledged", { acknowledged_by: "thea" }),
    alarm(20, "deescalated", { priority: "low" }), alarm(30, "escalated")],
    ["Systolic pressure high: 184 at @5, limit 180. High for 15 min. Taken by thea @6.",
      "Systolic pressure high, again: 184 at @30, limit 180. High to the end of the record, 30 min. Nobody took it."]],
  ["taken between two rises", [alarm(5, "raised"), alarm(20, "deescalated", { priority: "low" }),
    alarm(25, "acknowledged", { priority: "low", acknowledged_by: "thea" }), alarm(30, "escalated")],
    ["Systolic pressure high: 184 at @5, limit 180. High for 15 min. Taken by thea @25.",
      "Systolic pressure high, again: 184 at @30, limit 180. High to the end of the record, 30 min. " +
      "Nobody took it as high (thea took it @25 as low)."]],
  ["only its lower twin was taken", [alarm(5, "raised", { priority: "low" }), alarm(5, "raised", OVER),
    alarm(6, "acknowledged", { priority: "low", acknowledged_by: "thea" })],
    ["Systolic pressure high: 184 at @5, limit 165 from the baseline. High to the end of the record, 55 min. " +
      "Nobody took it as high (thea took it @6 as low)."]],
  ["equipment, taken before it was high", [CUFF(5, "raised", "low"), CUFF(6, "escalated", "medium"),
    CUFF(7, "acknowledged", "medium", { acknowledged_by: "Dr Voss" }), CUFF(9, "escalated", "high")],
    ["Cuff overdue: at @9, for 51 min. Began @5 as low. It is overdue. Nobody took it as high (Dr Voss took it @7 as medium)."]],
  ["equipment, taken as high", [CUFF(5, "raised", "medium"), CUFF(6, "acknowledged", "medium", { acknowledged_by: "thea" }),
    CUFF(9, "escalated", "high"), CUFF(10, "acknowledged", "high", { acknowledged_by: "Dr Voss" })],
    ["Cuff overdue: at @9, for 51 min. Began @5 as medium. It is overdue. Taken by Dr Voss @10."]],
  ["equipment, twice, taken once", [CUFF(5, "raised", "high"), CUFF(6, "acknowledged", "high", { acknowledged_by: "thea" }),
    CUFF(9, "deescalated", "low"), CUFF(20, "escalated", "high")],
    ["Cuff overdue: at @5, for 4 min; again at @20, for 40 min. It is overdue. Of @5: taken by thea @6. Of @20: nobody took it."]],
  ["low", [alarm(5, "raised", { priority: "low" })], ["No alarm was high."]],
]) {
  test(`a rise: ${name}`, () => assert.deepEqual(said(...rows), expected));
}

test("rows of twins of one moment stand together, each with its own words; all others by themselves", () => {
  const told = entries(journal(
    alarm(5, "raised"), alarm(5, "raised", { ...OVER, reason: "It is over." }),
    alarm(5, "raised", { id: "e-4", condition: "dbp_high", vital: "dbp" }),
    alarm(6, "acknowledged", { acknowledged_by: "thea" }), alarm(6, "acknowledged", { ...OVER, acknowledged_by: "mara" }),
    ["help", 6, { by: "sam" }],
    alarm(9, "deescalated", { ...OVER, priority: "medium", reason: "It eased." }), alarm(9, "cleared", { reason: "It is back." }),
  ), {}, time);
  const rows = paired(told);
  assert.deepEqual(rows.map((r) => [r.what, r.twin.map((t) => t.what)]), [
    ["Systolic pressure high: high alarm", ["Above the baseline: high alarm"]],
    ["Diastolic pressure high: high alarm", []],
    ["Systolic pressure high: taken", []],
    ["Systolic pressure above the baseline: taken", []],
    ["Help asked for", []],
    ["Systolic pressure high: over", ["Above the baseline: eased from high to medium"]],
  ]);
  assert.deepEqual([rows[0].why, rows[0].twin[0].why], ["It is high.", "It is over."]);
  // No transition is lost, and each keeps its reason.
  assert.equal(rows.length + rows.reduce((n, r) => n + r.twin.length, 0), told.length);
});

test("one press takes both, one soon after the other; what comes between parts them", () => {
  const took = (minute, more) => alarm(minute, "acknowledged", { acknowledged_by: "thea", ...more });
  const rows = paired(entries(journal(took(6), took(6.02, OVER), alarm(6.5, "escalated"), took(6.6, OVER)), {}, time));
  assert.deepEqual(rows.map((r) => [r.what.split(": ")[1], r.twin.length]), [["taken", 1], ["worse, still high", 0], ["taken", 0]]);
  assert.match(rows[0].twin[0].what, /^Above the baseline: taken, \d\d:\d\d:\d\d$/);
  const first = paired(entries(journal(took(6, OVER), took(6.02)), {}, time));
  assert.deepEqual(first.map((r) => [time(r.t), r.what, r.twin[0].what.slice(0, 27)]), [
    ["@6.02", "Systolic pressure high: taken", "Above the baseline: taken, "],
  ]);
  const late = paired(entries(journal(took(6), took(7.1, OVER)), {}, time));
  assert.deepEqual(late.map((r) => r.twin.length), [0, 0]);
});

const reading = (id, minute, value, more = {}) => (
  { id, vital: "sbp", value, effective: iso(minute), issued: iso(minute), source: "manual", state: "accepted", reason: "", ...more }
);
const STRUCK = {
  state: "rejected", reason: "struck out by thea: it was 128",
  because: { code: "struck_out", facts: { by: "thea", text: "it was 128", closed: false } },
};
const STRIKE = journal(["corrected", 6, { what: "reading", before: { at: at(5), sbp: 218 }, by: "thea", reason: "it was 128" }]);
for (const [name, others, expected] of [
  ["after it", [reading(2, 7, 128)], 2],
  ["after it, though another was typed before", [reading(2, 5.5, 131), reading(3, 7, 128)], 3],
  ["before it", [reading(2, 5.5, 128)], 2],
  ["long after", [reading(2, 30, 128)], undefined],
  ["by a cuff", [reading(2, 7, 128, { source: "device" })], undefined],
  ["of another vital sign", [reading(2, 7, 80, { vital: "dbp" })], undefined],
  ["and struck out too", [reading(2, 5.5, 999, STRUCK), reading(3, 8, 128)], 3],
]) {
  test(`a reading typed in the place of one that was struck out: ${name}`, () => {
    assert.equal(instead([reading(1, 5, 218, STRUCK), ...others], STRIKE).get(1)?.id, expected);
  });
}
