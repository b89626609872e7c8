import assert from "node:assert/strict";
import test from "node:test";
import { ahead, coming, nextStep, phrase, stateAndTime } from "../../monitor/page/words/session/next.js";
import { clock } from "../../monitor/page/words/strings.js";

const NOW = Date.parse("2026-11-23T14:00:00Z");
const due = (seconds) => new Date(NOW + 1000 * seconds).toISOString();
const T = (seconds) => clock(NOW + 1000 * seconds);
const check = (seconds, more = {}) => ({ due: due(seconds), overdue: false, reason: "schedule", ...more });
const session = (more) => ({ dosed_at: "2026-11-23T13:00:00Z", gates: [], next_check: null, alarms: [], ...more });
const state = (next_check, more) => coming(session({ next_check, ...more }), NOW)?.state;

test("a reading is due at its time, and late a second after it although the server has not said so", () => {
  assert.equal(state(check(1)), "in 1 s");
  assert.equal(state(check(0)), "due now");
  assert.equal(state(check(-1)), "due now");
  assert.equal(state(check(-1.001)), "overdue");
  assert.equal(state(check(60, { overdue: true })), "overdue");
  assert.equal(state(null), undefined);
});

test("a repeat is requested by a service that does not report it; a reading of the schedule is not", () => {
  assert.equal(state(check(60, { reason: "confirm" })), "asked");
  assert.equal(state(check(60, { reason: "confirm", asked: false })), "in 1 min");
  assert.equal(state(check(60, { asked: true })), "asked");
  assert.equal(state(check(60)), "in 1 min");
});

test("an alarm about a reading that is over names no reading", () => {
  const alarm = { condition: "bp_overdue", presence: "latched", onset: due(-600) };
  const late = (one) => coming(session({ next_check: check(-60, { overdue: true }), alarms: [one] }), NOW).when;
  assert.equal(late(alarm), `since ${T(-60)}`);
  assert.equal(late({ ...alarm, presence: "on" }), `since ${T(-600)}`);
  assert.equal(late({ ...alarm, presence: "on", condition: "sbp_high" }), `since ${T(-60)}`);
});

test("a late reading is named before a failed one", () => {
  const cuffs = { "cuff-1": { failed_at: due(-30) } };
  assert.equal(state(check(60), { cuffs }), "failed");
  assert.equal(state(check(-60), { cuffs }), "overdue");
});

const UNMET = [{ id: "hr", text: "" }];
for (const [more, step] of [
  [{ dosed_at: null, gates: [{ gate: "hold", unmet: [] }] }, ["Dose conditions met", "All conditions met"]],
  [{ gates: [{ gate: "discharge", unmet: [] }] }, ["Ready to close", "All conditions met"]],
  // A further dose is no step that a session has to take.
  [{ gates: [{ gate: "booster", unmet: UNMET }, { gate: "discharge", unmet: [] }] }, ["Ready to close", "All conditions met"]],
  [{ gates: [{ gate: "discharge", unmet: UNMET }] }, ["No cuff due", ""]],
  [{ gates: [] }, ["No cuff due", ""]],
  [{ gates: [{ gate: "discharge", unmet: UNMET }], next_check: check(60) }, ["Cuff in 1 min", T(60)]],
  [{ dosed_at: null, gates: [{ gate: "hold", unmet: UNMET }], next_check: check(60) }, ["Cuff in 1 min", "1 condition open"]],
  [{ dosed_at: null, gates: [{ gate: "hold", unmet: [...UNMET, ...UNMET] }], next_check: check(60) }, ["Cuff in 1 min", "2 conditions open"]],
  [{ dosed_at: null, gates: [{ gate: "hold", unmet: UNMET }], next_check: check(0) }, ["Cuff due now", T(0)]],
  [{ gates: [{ gate: "discharge", unmet: [] }], next_check: check(0) }, ["Ready to close", "Cuff due now"]],
]) {
  test(`the next step: ${step.join(", ")}`, () => assert.deepEqual(nextStep(session(more), NOW), step));
}

test("inside a sentence a time is given once", () => {
  assert.equal(phrase({ kind: "ahead", what: "Cuff", state: "in 6 min", when: "14:06" }), "cuff in 6 min");
  assert.equal(phrase({ kind: "due", what: "Cuff", state: "due now", when: "14:00" }), "cuff due now");
  assert.equal(phrase({ kind: "asked", what: "Repeat cuff", state: "asked", when: "by 14:05" }), "repeat cuff asked by 14:05");
  assert.equal(stateAndTime({ kind: "overdue", state: "overdue", when: "since 14:15" }), "overdue since 14:15");
});

test("each state of a reading has its kind, which decides instead of its words", () => {
  const kind = (next_check, more) => coming(session({ next_check, ...more }), NOW).kind;
  const failed = { cuffs: { "cuff-1": { failed_at: due(-30) } } };
  assert.deepEqual(
    [kind(check(60)), kind(check(0)), kind(check(60, { asked: true })), kind(check(60), failed), kind(check(-60))],
    ["ahead", "due", "asked", "failed", "overdue"],
  );
});

test("a late repeat has a short name, unless an alarm names the reading", () => {
  const late = (reason, alarms) => coming(session({ next_check: check(-60, { reason, overdue: true }), alarms }), NOW).what;
  assert.equal(late("confirm", []), "Repeat");
  assert.equal(late("schedule", []), "Cuff");
  assert.equal(late("confirm", [{ condition: "bp_overdue", presence: "on", onset: due(-60) }]), "Cuff");
});

test("time to come is rounded up to minutes, and in seconds in the last one", () => {
  assert.deepEqual([59_000, 60_000, 60_001, 119_000].map(ahead), ["59 s", "1 min", "2 min", "2 min"]);
});
