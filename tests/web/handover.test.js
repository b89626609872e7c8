// What a taker reads, in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { summary, taker } from "../../monitor/web/static/handover.js";
import { clock } from "../../monitor/web/static/strings.js";

const at = "2026-11-23T10:15:00Z";
const T = clock(Date.parse(at));
const now = Date.parse("2026-11-23T10:20:00Z");
const alarm = (more) => ({
  id: "e-1", condition: "hr_high", priority: "high", worst: "high", presence: "on", onset: at,
  acknowledged_by: null, reason: "Heart rate 150.", ...more,
});

test("a session in which nothing happened says so three times", () => {
  assert.deepEqual(summary({}, now), [
    ["Given", ["No dose so far."]],
    ["Alarms", ["No alarm stands."]],
    ["To do", ["Nothing is open."]],
  ]);
});

test("what was given, what stands, worst first, and what is to be done", () => {
  const encounter = {
    last_dose_at: at,
    doses: [{ at, drug: "ketamine", route: "sublingual", amount_mg: 100 }],
    alarms: [
      alarm({ condition: "temp_high", priority: "low", worst: "low", reason: "Warm.", presence: "acknowledged", acknowledged_by: "mara" }),
      alarm({ condition: "symptom", reason: "Chest pain reported by thea." }),
    ],
    next_check: { due: at, overdue: true, reason: "schedule" },
    gates: [
      { gate: "booster", unmet: [] },
      { gate: "discharge", unmet: [{ id: "a", text: "120 min are not over." }] },
    ],
    nobody_left: ["e-1"],
  };
  const [[, given], [, standing], [, todo]] = summary(encounter, now);
  assert.deepEqual(given, [`Ketamine 100 mg sublingual at ${T}, 5 min ago.`]);
  assert.deepEqual(standing, [
    `High, since ${T}: Chest pain reported by thea. Nobody has acknowledged it.`,
    `Low, since ${T}: Warm. Acknowledged by mara.`,
  ]);
  assert.deepEqual(todo, [
    "Answer: Chest pain reported by thea.",
    `Measure the blood pressure: due since ${T}.`,
    "Nobody else is left to be told of an alarm.",
    "The close waits: 120 min are not over.",
  ]);
});

test("a report that was taken up waits for no answer", () => {
  const taken = alarm({ condition: "symptom", presence: "acknowledged", acknowledged_by: "mara" });
  assert.deepEqual(summary({ alarms: [taken] }, now)[2], ["To do", ["Nothing is open."]]);
});

for (const [person, words] of [
  [{ here: true, audible: true, on_duty: true }, "mara, on duty, at a page"],
  [{ here: true, audible: false, on_duty: false }, "mara, at a page, sound off"],
  [{ here: false, audible: false, on_duty: true }, "mara, on duty, not at a page"],
]) {
  test(`taker: ${words}`, () => assert.equal(taker({ username: "mara", ...person }), words));
}
