// The summary in words for the therapist who takes over a session.

import assert from "node:assert/strict";
import { test } from "node:test";
import { summary, taker } from "../../monitor/page/words/session/briefing.js";
import { clock } from "../../monitor/page/words/strings.js";

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

const rise = (more) => alarm({
  condition: "sbp_high", kind: "physiological", vital: "sbp", value: 184, limit: 175, extreme: 184,
  reason: "Systolic pressure 184 is at or above the high limit of 175.", began: "low",
  priority_since: "2026-11-23T10:16:00Z", worst_since: "2026-11-23T10:16:00Z", raised_at: at,
  called_at: "2026-11-23T10:16:00Z", acknowledged_by: "thea", acknowledged_at: at, ...more,
});
const rose = clock(Date.parse("2026-11-23T10:16:00Z"));
const since = `began ${T} as low. Nobody has acknowledged it since ${rose} (thea did ${T}).`;

test("what was taken as less waits for the taker, at its worst", () => {
  const [, [, [line]], [, todo]] = summary({ alarms: [rise({})] }, now);
  assert.equal(line, `High: Systolic pressure 184 is at or above the high limit of 175. High since ${rose}, ${since}`);
  assert.deepEqual(todo, ["Acknowledge: High, Systolic pressure high."]);
});

test("what has eased says what it reached, and waits no less", () => {
  const eased = rise({ priority: "low", priority_since: now, value: 150, limit: 145, reason: "Systolic pressure 150." });
  const limits = [{ condition: "sbp_high", priority: "high", vital: "sbp", value: 175 }];
  const [, [, [line]], [, todo]] = summary({ alarms: [{ ...eased, priority_since: "2026-11-23T10:18:00Z" }], limits }, now);
  const later = clock(Date.parse("2026-11-23T10:18:00Z"));
  assert.equal(line, "High, eased: Systolic pressure reached 184. Limit 175. Now 150. Systolic pressure 150. "
    + `Low since ${later}, high from ${rose}, ${since}`);
  assert.deepEqual(todo, ["Acknowledge: High, eased, Systolic pressure high."]);
});

test("what somebody took at its worst is no act of the taker's", () => {
  const because = { code: "acknowledged", facts: { by: "mara", reason: { code: "judged_anew", facts: {} } } };
  const said = { reason: "Acknowledged by mara. So it is.", bare_reason: "So it is.", because };
  const taken = rise({ presence: "acknowledged", acknowledged_by: "mara", ...said });
  const [, [, [line]], [, todo]] = summary({ alarms: [taken] }, now);
  assert.equal(line, `High: So it is. High since ${rose}, began ${T} as low. Acknowledged by mara.`);
  assert.deepEqual(todo, ["Nothing is open."]);
});

for (const [person, words] of [
  [{ here: true, audible: true, on_duty: true }, "mara, on duty, at a page"],
  [{ here: true, audible: false, on_duty: false }, "mara, at a page, sound off"],
  [{ here: false, audible: false, on_duty: true }, "mara, on duty, not at a page"],
]) {
  test(`taker: ${words}`, () => assert.equal(taker({ username: "mara", ...person }), words));
}
