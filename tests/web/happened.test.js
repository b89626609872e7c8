// The log of a session, made from its journal: one entry for each act and each transition.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sayReasonsBy } from "../../monitor/page/words/because.js";
import { TYPES, alarmsOf, entries } from "../../monitor/page/words/record/happened.js";
import { priorityHistory } from "../../monitor/page/words/alarms/since.js";
import { gaps, lasted, levels, stretches } from "../../monitor/page/words/record/stretches.js";

const BEGAN = Date.parse("2026-11-23T06:57:00Z") / 1000;
const at = (minute) => BEGAN + 60 * minute;
const iso = (minute) => new Date(1000 * at(minute)).toISOString();
/** Minutes since the beginning: the form of times in these tests. */
const time = (t) => `@${(t / 1000 - BEGAN) / 60}`;

const bare = {
  id: "e-1", condition: "sbp_high", kind: "physiological", presence: "on", priority: "low", vital: "sbp",
  device: null, value: 152, limit: 150, onset: at(0), raised_at: at(1), cleared_at: null, worst: "low",
  acknowledged_at: null, acknowledged_by: null, reason: "Systolic pressure 152 is at the low-alarm limit of 150.",
};
const moved = (minute, transition, more) => ({ at: at(minute), transition, alarm: { ...bare, ...more } });
const HIGH = { priority: "high", worst: "high", value: 184, limit: 180, reason: "Systolic pressure 184 is high." };
// An alarm: low, taken, high, taken, eased, over.
const STORY = [
  moved(1, "raised"),
  moved(2, "acknowledged", { presence: "acknowledged", acknowledged_by: "thea", acknowledged_at: at(2) }),
  moved(7, "escalated", { ...HIGH, acknowledged_by: "thea", acknowledged_at: at(2) }),
  moved(8, "acknowledged", { ...HIGH, presence: "acknowledged", acknowledged_by: "mara", acknowledged_at: at(8) }),
  moved(31, "deescalated", { priority: "low", worst: "high", value: 155, reason: "Systolic pressure 155 is low." }),
  moved(40, "cleared", { presence: "off", value: 140, cleared_at: at(40), reason: "It is back below 150." }),
];
const journal = (...bodies) =>
  bodies.map(([type, minute, body, more], i) => ({ id: i + 1, at: iso(minute), side: "input", type, body, ...more }));
const rows = (...bodies) => [
  ...journal(["opened", -30, { by: "thea", facts: { protocol: "sl_home" } }]),
  ...journal(...bodies).map((row) => ({ ...row, id: row.id + 1 })),
];
const alarms = STORY.map((body) => ["alarm", (body.at - BEGAN) / 60, body]);
const brief = (parts) =>
  parts.map((p) => [p.priority, time(p.from), p.until === null ? null : time(p.until), p.taken]);

test("each stretch has its own priority, and begins anew when somebody takes it or it rises", () => {
  assert.deepEqual(brief(stretches(STORY)), [
    ["low", "@0", "@2", false],
    ["low", "@2", "@7", true],
    ["high", "@7", "@8", false],
    ["high", "@8", "@31", true],
    ["low", "@31", "@40", true],
  ]);
  assert.deepEqual(
    levels(stretches(STORY)).map((l) => [l.priority, time(l.from), time(l.until), l.value]),
    [["low", "@0", "@7", 152], ["high", "@7", "@31", 184], ["low", "@31", "@40", 155]],
  );
});

test("one that lasts has no end; one that is over and not taken waits no longer than it lasted", () => {
  assert.deepEqual(brief(stretches(STORY.slice(0, 3))).at(-1), ["high", "@7", null, false]);
  const latched = moved(9, "latched", { ...HIGH, presence: "latched", cleared_at: at(9) });
  const ended = moved(12, "ended", { ...HIGH, presence: "off", acknowledged_by: "thea" });
  const over = stretches([...STORY.slice(0, 3), latched, ended]);
  assert.deepEqual(brief(over).at(-1), ["high", "@7", "@9", false]);
});

test("still there after ten minutes it waits for somebody again", () => {
  const again = moved(18, "raised", HIGH);
  const parts = brief(stretches([...STORY.slice(0, 4), again]));
  assert.deepEqual(parts.slice(-2), [["high", "@8", "@18", true], ["high", "@18", null, false]]);
});

const live = (more) => ({
  ...bare, onset: iso(0), raised_at: iso(1), began: "low", priority_since: iso(0), worst_since: iso(0), ...more,
});
const RISEN = { priority: "high", worst: "high", priority_since: iso(7), worst_since: iso(7) };
for (const [name, changes, alarm, expected] of [
  ["told a moment ago", [], live({}), [["low", "@0", null, false]]],
  ["risen since the journal was read", STORY.slice(0, 1), live(RISEN),
    [["low", "@0", "@7", false], ["high", "@7", null, false]]],
  ["known from the live view alone", [], live(RISEN), [["low", "@0", "@7", false], ["high", "@7", null, false]]],
  ["eased, from the live view alone", [], live({ ...RISEN, priority: "low", priority_since: iso(9) }),
    [["low", "@0", "@7", false], ["high", "@7", "@9", false], ["low", "@9", null, false]]],
  ["taken since", STORY.slice(0, 1), live({ presence: "acknowledged", acknowledged_at: iso(3) }),
    [["low", "@0", "@3", false], ["low", "@3", null, true]]],
  ["over since", STORY.slice(0, 1), live({ presence: "latched", cleared_at: iso(5) }), [["low", "@0", "@5", false]]],
  ["of an older version", [], live({ began: null, priority_since: null, worst_since: null }),
    [["low", "@0", null, false]]],
  ["of an older version, and risen since", [], live({ ...RISEN, began: null }),
    [[null, "@0", "@7", false], ["high", "@7", null, false]]],
]) {
  test(`stretches: ${name}`, () => assert.deepEqual(brief(stretches(changes, alarm)), expected));
}

const M = 60_000;
for (const [times, from, until, expected] of [
  [[], 0, 20, [[0, 20]]],
  [[], 0, 9, []],
  [[0, 5, 10, 15, 20], 0, 20, []],
  [[0, 12, 20], 0, 20, [[0, 12]]],
  [[0, 31], 10, 20, [[10, 20]]],        // the gap is longer than the stretch that it cuts into
  [[0, 31], 25, 60, [[25, 31], [31, 60]]],
  [[0], 5, 12, [[5, 12]]],              // no reading since, and twelve minutes have passed
  [[0], 5, 9, []],
]) {
  test(`gaps of ${times} in ${from} to ${until}`, () => {
    const found = gaps(times.map((t) => t * M), from * M, until * M, 10 * M);
    assert.deepEqual(found.map((g) => [g.from / M, g.until / M]), expected);
  });
}

test("a gap stands beside the duration that it cuts into", () => {
  const times = { bp: [0, 5, 10, 22, 24].map((m) => m * M), hr: [] };
  assert.equal(lasted(0, 24 * M, "bp", times), "24 min, of which 12 min without a pressure");
  assert.equal(
    lasted(0, 60 * M, "bp", { bp: [0, 5, 10, 22, 34, 46].map((m) => m * M) }),
    "60 min, of which 4 gaps, 50 min in all, without a pressure",
  );
  assert.equal(lasted(0, 10 * M, "bp", times), "10 min");
  assert.equal(lasted(0, 2 * M, "hr", times), "2 min, of which 2 min without a heart rate");
  assert.equal(lasted(0, 24 * M, null, times), "24 min");
});

test("an alarm that is over has one length, that of the times it stands between", () => {
  const lost = { id: "e-9", condition: "broker_lost", kind: "technical", vital: null, value: null, limit: null, priority: "medium" };
  for (const [reason, said, brief] of [
    ["The devices can be heard again, after 7 min.", "The devices can be heard again. A medium alarm for 6 min.", "The devices can be heard again."],
    ["The devices can be heard again, after 40 s: it was started anew.", "The devices can be heard again: it was started anew. A medium alarm for 6 min.",
      "The devices can be heard again: it was started anew."],
    ["It is back below 150.", "It is back below 150. A medium alarm for 6 min."],
  ]) {
    const moves = [["alarm", 0, moved(0, "raised", lost)], ["alarm", 6, moved(6, "cleared", { ...lost, reason }), { brief }]];
    assert.equal(entries(rows(...moves), {}, time).at(-1).why, said);
  }
});

test("one entry for each transition, with its own reason, and who took it", () => {
  const measured = { bp: [0, 7, 19, 31, 40].map((m) => 1000 * at(m)) };
  const told = entries(rows(...alarms), measured, time).slice(1);
  assert.deepEqual(told.map((e) => [time(e.t), e.what, e.by]), [
    ["@0", "Systolic pressure high: low alarm", ""],
    ["@2", "Systolic pressure high: taken", "thea"],
    ["@7", "Systolic pressure high: rose from low to high", ""],
    ["@8", "Systolic pressure high: taken", "mara"],
    ["@31", "Systolic pressure high: eased from high to low", ""],
    ["@40", "Systolic pressure high: over", ""],
  ]);
  assert.deepEqual(told.map((e) => e.why), [
    "Systolic pressure 152 is at the low-alarm limit of 150. Raised @1.",
    "It was a low alarm at 152.",
    "Systolic pressure 184 is high. A low alarm for 7 min.",
    "It was a high alarm at 184.",
    "Systolic pressure 155 is low. A high alarm for 24 min, of which 12 min and 12 min without a pressure.",
    "It is back below 150. A low alarm for 9 min, of which 9 min without a pressure.",
  ]);
});

test("all else that moves an alarm", () => {
  const told = entries(rows(
    ["alarm", 7, moved(7, "raised", HIGH)],
    ["alarm", 9, moved(9, "escalated", HIGH)],
    ["alarm", 20, moved(20, "raised", HIGH)],
    ["blinded", 30, { at: at(30), alarm: { ...bare, ...HIGH, data_lost_at: at(20) } }],
    ["blinded", 31, { at: at(31), alarm: { ...bare, ...HIGH, data_lost_at: null } }],
    ["alarm", 32, moved(32, "latched", HIGH)],
    ["alarm", 33, moved(33, "ended", { ...HIGH, acknowledged_by: "Dr Voss (by PIN)" })],
  ), {}, time).slice(1);
  assert.deepEqual(told.map((e) => e.what.split(": ")[1]), [
    "high alarm", "worse, still high", "high, still there", "Data lost since @20, it stands", "Seen again",
    "over, nobody had taken it", "taken after it was over",
  ]);
  assert.equal(told.at(-1).by, "Dr Voss (by PIN)");
});

const dose = { at: at(5), drug: "ketamine", route: "sublingual", amount_mg: 100, by: "thea" };
const PAST = { by: "thea", reason: "He is calm", authorised_by: "Dr Adeyemi", conditions: ["baseline"] };
for (const [type, body, what, by, why] of [
  ["dosed", { dose, first: true, unmet: [] }, "Dose: Ketamine 100 mg sublingual", "thea", "Recorded @7. "],
  ["dosed", { dose: { ...dose, at: at(7), override: PAST }, first: false, unmet: ["No baseline yet."] },
    "Further dose: Ketamine 100 mg sublingual", "thea",
    "These did not hold: No baseline yet. Reason: He is calm, agreed by Dr Adeyemi."],
  ["symptom", { symptom: "severe_headache", by: "sam" }, "Symptom: severe headache", "sam", ""],
  ["help", { by: "sam" }, "Help asked for", "sam", ""],
  ["note", { text: "Settled.", by: "thea" }, "Note", "thea", "Settled."],
  ["hand_over", { to: "mara", by: "thea" }, "Hand-over offered: thea to mara", "thea", ""],
  ["take_over", { by: "mara", reason: "thea is ill" }, "Hand-over: thea to mara", "mara", "Thea is ill."],
  ["take_over", { by: "thea", reason: "" }, "Hand-over taken back", "thea", ""],
  ["limit_moved", { condition: "sbp_high", priority: "high", before: 180, after: 170, by: "thea", reason: "stroke" },
    "Limit, Systolic pressure high, high: 180 to 170", "thea", "Stroke."],
  ["limit_moved", { condition: "hr_low", priority: "low", before: null, after: 60, by: "thea", reason: "x" },
    "Limit, Heart rate low, low: none to 60", "thea", "X."],
  ["baseline_moved", { before: { sbp: { value: 118 } }, after: { sbp: { value: 125 } }, by: "thea", reason: "calm" },
    "New baseline: systolic pressure 118 to 125", "thea", "Calm."],
  ["check", { check: "sitter", by: "thea" }, "Check made: Sitter", "thea", ""],
  ["check", { check: "sitter", by: "thea", done: false }, "Check taken back: Sitter", "thea", ""],
  ["devices_changed", { add: { "cuff-2": "cuff" }, remove: ["cuff-1"], by: "thea" },
    "Devices: cuff-1 off, cuff-2 on", "thea", ""],
  ["measurement_failed", { device: "cuff-1", cause: "too loose", count: 2 },
    "Cuff failed: cuff-1", "", "Too loose, 2 times in a row."],
  ["measurement_failed", { device: "cuff-1", cause: "", count: 1 }, "Cuff failed: cuff-1", "", ""],
  ["attended", { watched: false, since: at(3) }, "Nobody watches since @3", "", ""],
  ["attended", { watched: true }, "Somebody watches again", "", ""],
  ["unwatched", { since: at(1), until: at(4), why: "the service did not run" },
    "Not monitored @1 to @4, 3 min", "", "The service did not run."],
  ["lost", { device: "strap", first: 4, last: 6 }, "Readings lost: 3", "", "Numbers 4 to 6 of strap."],
  ["lost", { device: "strap", first: 4, last: 6, reason: "over budget" }, "Readings lost: 3, over budget", "", "Numbers 4 to 6 of strap."],
  ["dropped", { device: "strap", count: 9, since: at(1), until: at(2), reason: "over budget" }, "Readings lost: 9, over budget", "", "Came from strap @1 to @2, without numbers or unread."],
  ["corrected", { what: "dose", before: "100 mg", after: "50 mg", by: "thea", reason: "typo", follows: "Judged anew." },
    "Corrected, dose: 100 mg to 50 mg", "thea", "Typo. Judged anew."],
  ["closed", { by: "mara", alert: true, unmet: ["120 min are not over."], override: { by: "mara", reason: "moved" } },
    "Closed", "mara", "The patient was awake and answered. These did not hold: 120 min are not over. Reason: Moved."],
]) {
  test(`entry: ${type} ${what}`, () => {
    const told = entries(rows([type, 7, body]), {}, time).filter((e) => e.type === type);
    assert.equal(told.length, 1);
    assert.deepEqual([told[0].what, told[0].by, told[0].why.trim()], [what, by, why.trim()]);
    assert.ok(TYPES.split(",").includes(type));
  });
}

test("a stretch that was not monitored says why by its data in another language", () => {
  const gap = { since: at(1), until: at(4), why: "the service did not run", because: { code: "not_running", facts: {} } };
  sayReasonsBy(({ code }) => `[${code}]`);
  const [, told] = entries(rows(["unwatched", 4, gap]), {}, time);
  sayReasonsBy(() => null);
  assert.deepEqual([told.why, time(told.t), time(told.until)], ["[not_running].", "@1", "@4"]);
});

test("what was taken while it happened stands where it happened", () => {
  const told = entries(rows(["help", 6, { by: "sam" }], ["dosed", 7, { dose, first: true, unmet: [] }]), {}, time);
  assert.deepEqual(told.map((e) => e.what.split(":")[0]), ["Opened", "Dose", "Help asked for"]);
});

for (const [name, value, values, said] of [
  ["none since it rose", 184, [[7, 184]], " The newest reading is 184 at @7."],
  ["one since", 186, [[7, 184], [12, 186]], " The newest reading is 186 at @12."],
  ["the same again", 184, [[7, 184], [12, 184]], " The newest reading is 184 at @12."],
  ["one that came after", 184, [[7, 184], [19, 184]], " The newest reading is 184 at @7."],
  ["none is on record", 184, [], ""],
]) {
  test(`what is still there says when its value was measured: ${name}`, () => {
    const times = { bp: [], values: { sbp: values.map(([m, v]) => ({ t: 1000 * at(m), v, doubt: false })) } };
    const again = moved(18, "raised", { ...HIGH, value, reason: "Still there. Systolic pressure 184 is high." });
    const told = entries(rows(...alarms.slice(0, 4), ["alarm", 18, again]), times, time);
    assert.equal(told.at(-1).why, `Still there. Systolic pressure 184 is high.${said}`);
  });
}

test("a note on an acknowledgement stays beside it", () => {
  const told = entries(rows(...alarms.slice(0, 1), ["acknowledge", 2, { alarm_id: "e-1", by: "thea", note: "cuff sat badly" }],
    alarms[1]), {}, time);
  assert.equal(told.at(-1).why, "It was a low alarm at 152. Cuff sat badly.");
});

test("alarms of the journal and of the live view are one list", () => {
  const second = { ...live({}), id: "e-2", onset: iso(50) };
  const all = alarmsOf(rows(...alarms), [second]);
  assert.deepEqual(all.map((a) => [a.id, a.code, a.parts.length]), [["e-1", "bp", 5], ["e-2", "bp", 1]]);
});

test("a beginning stands where it is said to have begun, and says when it was raised", () => {
  const told = entries(rows(...alarms), {}, time).filter((e) => e.type === "alarm");
  assert.equal(time(told[0].t), "@0");
  assert.match(told[0].why, /^Systolic pressure 152 .* Raised @1\.$/);
  assert.match(priorityHistory(live(RISEN), time), /began @0 as low\.$/);
  // Later entries have the time of the decision, as everywhere else.
  assert.deepEqual(told.slice(1).map((e) => time(e.t)), ["@2", "@7", "@8", "@31", "@40"]);
  assert.ok(told.slice(1).every((e) => !e.why.includes("Raised")));
});

test("raised in the minute in which it began, it says so once", () => {
  const minutes = (t) => `@${Math.floor((t / 1000 - BEGAN) / 60)}`;
  const [now] = entries(rows(["alarm", 0.5, moved(0.5, "raised")]), {}, minutes).slice(-1);
  assert.equal(now.why, bare.reason);
});

test("still there after ten minutes, it stands where it was raised again", () => {
  const again = ["alarm", 18, moved(18, "raised", HIGH)];
  assert.equal(time(entries(rows(...alarms.slice(0, 4), again), {}, time).at(-1).t), "@18");
});

test("a close without a word of whether the patient was awake says so, where there was a dose", () => {
  const closed = ["closed", 9, { by: "mara", alert: null, unmet: [], override: null }];
  const dose = { drug: "Ketamine", route: "sublingual", amount_mg: 100, at: at(1), by: "thea", override: null };
  const why = (...all) => entries(rows(...all), {}, time).find((e) => e.type === "closed").why;
  assert.equal(why(closed), "");
  assert.equal(why(["dosed", 2, { dose, unmet: [] }], closed), "Nobody said whether the patient was awake.");
});

test("what was said by the link of a notice has a row: who, and when, once for one press", () => {
  const [raised] = STORY;
  const other = { ...raised, alarm: { ...bare, id: "e-2", condition: "dbp_high", vital: "dbp" } };
  const said = (id) => ({ alarm_id: id, contact: 1, by: "Dr Voss (by PIN)", kept_back: [] });
  const told = entries(rows(
    ["alarm", 1, raised], ["alarm", 1, other], ["notice_declined", 3, said("e-1")], ["notice_declined", 3, said("e-2")],
    ["notice_declined", 4, said("e-1")], ["acknowledge", 5, { alarm_id: "e-1", by: "Dr Voss (by PIN)", note: "by the link of a notice", by_link: true }],
    ["alarm", 5, moved(5, "acknowledged", { presence: "acknowledged", acknowledged_by: "Dr Voss (by PIN)" })],
  ), {}, time);
  assert.deepEqual(told.filter((e) => e.by.endsWith("PIN)")).map((e) => [time(e.t), e.what, e.by]), [
    ["@3", "“I cannot” by the link of a notice: Systolic pressure high, Diastolic pressure high", "Dr Voss (by PIN)"],
    ["@4", "“I cannot” by the link of a notice: Systolic pressure high", "Dr Voss (by PIN)"],
    ["@5", "Systolic pressure high: “I take it” by the link of a notice", "Dr Voss (by PIN)"],
  ]);
  const older = entries(rows(["alarm", 1, raised], ["acknowledge", 5, { alarm_id: "e-1", by: "Dr Voss", note: "by the link of a notice" }],
    ["alarm", 5, moved(5, "acknowledged", { presence: "acknowledged", acknowledged_by: "Dr Voss" })]), {}, time).at(-1);
  assert.equal(older.what, "Systolic pressure high: taken");
  assert.match(older.why, /By the link of a notice\.$/, "an older version has it in the note only");
  assert.ok(TYPES.includes("notice_declined"));
  assert.doesNotMatch(told.at(-1).why, /by the link/i);
});
