// The record in sentences, as in the printed report.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withCorrection } from "../../monitor/page/words/record/corrections.js";
import { sayReasonsBy } from "../../monitor/page/words/because.js";
import { courseOf, factRows, limitRows, read, short, timing } from "../../monitor/page/words/record/paper.js";
import { dosesOf } from "../../monitor/page/words/record/doses.js";
import { gapRow, missing, unmeasured } from "../../monitor/page/words/record/missing.js";
import { takers } from "../../monitor/page/words/record/rises.js";
import { farthest } from "../../monitor/page/words/alarms/extremes.js";

// Noon of a day in the local time zone.
const NOON = new Date(2026, 10, 23, 12).getTime();
const M = 60_000;
const iso = (minute) => new Date(NOON + minute * M).toISOString();
const s = (minute) => (NOON + minute * M) / 1000;
const two = (n) => String(n).padStart(2, "0");
const hm = (minute) => `${two(12 + Math.floor(minute / 60))}:${two(((minute % 60) + 60) % 60)}`;
const encounter = (more) => ({
  id: "e-1", protocol: "sl_home", protocol_version: 1, opened_at: iso(-20), dosed_at: iso(0), closed_at: iso(120),
  alarms: [], devices: { "cuff-1": "cuff" }, limits: [], supervisor: { name: "mara" }, ...more,
});
const bare = {
  id: "e-1-1", condition: "sbp_high", kind: "physiological", presence: "on", priority: "low", vital: "sbp",
  value: 152, limit: 150, onset: s(5), raised_at: s(6), worst: "low", extreme: 152, extreme_at: s(5), reason: "It is.",
};
const moved = (minute, transition, more) => ({ at: s(minute), transition, alarm: { ...bare, ...more } });
const HIGH = { priority: "high", value: 184, limit: 180, extreme: 191, extreme_at: s(20) };
const BODIES = [
  ["opened", -20, { by: "thea", facts: { protocol: "sl_home", risk_factors: ["hypertension"], birth_year: 1980, sitter: true } }],
  ["dosed", 0, { dose: { at: s(0), drug: "ketamine", route: "sublingual", amount_mg: 100, by: "thea" }, first: true }],
  ["alarm", 6, moved(6, "raised")],
  ["alarm", 7, moved(7, "acknowledged", { acknowledged_by: "thea" })],
  ["alarm", 12, moved(12, "escalated", HIGH)],
  ["alarm", 13, moved(13, "acknowledged", { ...HIGH, acknowledged_by: "mara" })],
  ["alarm", 36, moved(36, "deescalated", { value: 155 })],
  ["alarm", 50, moved(50, "escalated", HIGH)],
  ["alarm", 60, moved(60, "latched", { ...HIGH, cleared_at: s(60) })],
  ["dosed", 40, { dose: { at: s(40), drug: "Ketamine", route: "sublingual", amount_mg: 50, by: "mara" }, first: false }],
  ["attended", 20, { watched: false, since: s(19) }],
  ["attended", 22, { watched: true }],
  ["unwatched", 30, { since: s(25), until: s(28), why: "the service did not run" }],
  ["take_over", 38, { by: "mara", reason: "" }],
  ["closed", 120, { by: "mara", unmet: ["It is early."], override: { by: "mara", reason: "He is well" }, alert: true }],
];
const rows = BODIES.map(([type, minute, body], i) => ({ id: i + 1, at: iso(minute), type, body }));
const every = (from, until, step) => {
  const found = [];
  for (let m = from; m <= until; m += step) found.push(NOON + m * M);
  return found;
};
const TIMES = { bp: [...every(-10, 12, 5), NOON + 24 * M, ...every(30, 120, 5)], hr: every(-20, 120, 0.5), temp: [] };
const about = (more = {}) => read({ encounter: encounter(), rows, times: TIMES, now: NOON + 121 * M, ...more });

test("from the paper alone: what was given, what became high, what was not measured", () => {
  const said = Object.fromEntries(short(about()));
  assert.deepEqual(said.Given, [
    `Ketamine 100 mg sublingual at ${hm(0)}, by thea.`,
    `Ketamine 50 mg sublingual at ${hm(40)}, by mara.`,
    "150 mg in all.",
  ]);
  assert.deepEqual(said["Became high"], [
    `Systolic pressure high: 184 at ${hm(12)}, limit 180. High for 24 min, of which 12 min without a pressure. ` +
      `Worst 191 at ${hm(20)}. Began ${hm(5)} as low, taken by thea ${hm(7)}. Taken by mara ${hm(13)}.`,
    `Systolic pressure high, again: 184 at ${hm(50)}, limit 180. High for 10 min. Nobody took it.`,
  ]);
  assert.deepEqual(said["Not measured"], [
    `14 min without a pressure, ${hm(10)} to ${hm(24)}.`, "Temperature never.", "Breathing and oxygen are never measured.",
  ]);
  assert.deepEqual(said["Not watched"], [
    `Not monitored ${hm(25)} to ${hm(28)}, 3 min: The service did not run.`,
    `Nobody watched ${hm(19)} to ${hm(22)}, 3 min.`,
  ]);
  assert.deepEqual(said.Supervised, [
    `thea from the opening on, ${hm(-20)}.`.replace("12:40", "11:40"), `Hand-over: thea to mara, ${hm(38)}.`,
  ]);
  assert.deepEqual(said.Closed, [
    `By mara, ${hm(120)}. The patient was awake and answered. These did not hold: It is early. Reason: He is well.`,
  ]);
});

test("a corrected dose is told as it was, beside what was recorded, and so is the total", () => {
  const doses = [
    { at: iso(0), drug: "ketamine", route: "sublingual", amount_mg: 100, corrected: false },
    { at: iso(38), drug: "Ketamine", route: "sublingual", amount_mg: 40, corrected: true },
  ];
  assert.deepEqual(Object.fromEntries(short(about({ encounter: encounter({ doses }) }))).Given, [
    `Ketamine 100 mg sublingual at ${hm(0)}, by thea.`,
    `Ketamine 40 mg sublingual at ${hm(38)}, by mara. Corrected: it had been recorded as Ketamine 50 mg sublingual at ${hm(40)}.`,
    "140 mg in all.",
  ]);
});

test("corrected after the close it says so beside the value, and that what was decided stands", () => {
  const doses = [
    { at: iso(0), drug: "ketamine", route: "sublingual", amount_mg: 90, corrected: true },
    { at: iso(40), drug: "ketamine", route: "sublingual", amount_mg: 40, corrected: true },
  ];
  const of = (number, minute) => ({
    id: 900 + minute + number, at: iso(minute), type: "corrected",
    body: { what: "dose", number, before: { amount_mg: 50 }, after: { amount_mg: 40 }, by: "mara", reason: "misread", follows: "" },
  });
  const corrected = [...rows, of(1, 50), of(2, 50), of(2, 130)];
  const record = about({ rows: corrected, encounter: encounter({ doses, closed_at: iso(120) }) });
  assert.deepEqual(dosesOf(record).map((d) => d.late), ["", " after the close (what was decided stands)"]);
  const said = Object.fromEntries(short(record)).Given;
  assert.match(said[0], / Corrected: it had been recorded as /);
  assert.match(said[1], / Corrected after the close \(what was decided stands\): it had been recorded as /);
  const [, late] = dosesOf(record).map((d) => withCorrection("50 mg", "40 mg", d.late));
  assert.equal(late, "50 mg, corrected after the close (what was decided stands): 40 mg");
});

test("of a session in which nothing happened it says so", () => {
  const bareOne = about({ rows: rows.slice(0, 1), encounter: encounter({ dosed_at: null, closed_at: null }) });
  const said = Object.fromEntries(short(bareOne));
  assert.deepEqual(said.Given, ["No dose."]);
  assert.deepEqual(said["Became high"], ["No alarm was high."]);
  assert.deepEqual(said["Not watched"], ["No stretch is on record."]);
  assert.deepEqual(said.Closed, ["Not closed."]);
});

test("every stretch of an alarm stands with its gaps", () => {
  const record = about();
  assert.deepEqual(courseOf(record.alarms[0], record), [
    `Low alarm ${hm(5)} to ${hm(12)}, 7 min, of which 2 min without a pressure, at 152 (limit 150).`,
    `High alarm ${hm(12)} to ${hm(36)}, 24 min, of which 12 min without a pressure, at 184 (limit 180).`,
    `Low alarm ${hm(36)} to ${hm(50)}, 14 min, at 155 (limit 150).`,
    `High alarm ${hm(50)} to ${hm(60)}, 10 min, at 184 (limit 180).`,
  ]);
  assert.deepEqual(takers(record.alarms[0], record), [`thea ${hm(7)}, as low`, `mara ${hm(13)}, as high`]);
  assert.equal(farthest(record.alarms[0], record), `191 at ${hm(20)}`);
});

for (const [name, bp, alarms, expected] of [
  ["the protocol's own half hours", every(-20, 120, 30), [], []],
  ["31 min", [...every(0, 60, 10), ...every(91, 120, 10)], [], [[60, 91]]],
  ["20 min while a cuff was overdue", [...every(0, 60, 10), ...every(80, 120, 10)],
    [{ ...bare, condition: "bp_overdue", kind: "technical", onset: s(65) }], [[60, 80]]],
  ["20 min while nothing was due", [...every(0, 60, 10), ...every(80, 120, 10)], [], []],
  ["7 min 50 s in an alarm", [...every(0, 60, 5), NOON + 67 * M + 50_000, ...every(72, 120, 5)], [{ ...bare, onset: s(50) }],
    [[60, 67 + 50 / 60]]],
  ["7 min in an alarm, 2 min late", [...every(0, 60, 5), ...every(67, 120, 5)], [{ ...bare, onset: s(50) }], []],
  ["20 min in an alarm", [...every(0, 60, 10), ...every(80, 120, 10)], [{ ...bare, onset: s(50) }],
    [[50, 60], [60, 80], [80, 90], [90, 100], [100, 110], [110, 120]]],
]) {
  test(`a gap of the session: ${name}`, () => {
    const journal = alarms.map((alarm, i) => (
      { id: i + 1, at: iso(50), type: "alarm", body: { at: alarm.onset, transition: "raised", alarm } }
    ));
    const record = about({
      rows: journal, times: { ...TIMES, bp }, encounter: encounter({ opened_at: iso(0), closed_at: iso(120) }),
    });
    const found = missing(record).filter((gap) => gap.code === "bp");
    assert.deepEqual(found.map((g) => [(g.from - NOON) / M, (g.until - NOON) / M]), expected);
  });
}

test("what was never measured, and what was not to the end, is said", () => {
  const record = about({ times: { bp: every(-10, 60, 5), hr: [], temp: every(0, 30, 15) } });
  assert.deepEqual(unmeasured(record), [
    `${60} min without a pressure, ${hm(60)} to the end.`, "Heart rate never.",
    `90 min without a temperature, ${hm(30)} to the end.`,
  ]);
  assert.deepEqual(record.missing.map((gap) => gapRow(gap, record)[0]), [
    "60 min without a pressure", "Heart rate: never", "90 min without a temperature",
  ]);
});

test("what somebody felt and who called stands on the first page, and how far each vital sign went", () => {
  const said = (more, values) => Object.fromEntries(short(about({
    rows: [...rows, ...more.map(([type, minute, body], i) => ({ id: 90 + i, at: iso(minute), type, body }))],
    times: { ...TIMES, values },
  })));
  const at = (minute, v, doubt = false) => ({ t: NOON + minute * M, v, doubt });
  const told = said(
    [["symptom", 14, { symptom: "nausea", by: "thea" }], ["help", 15, { by: "sam" }]],
    { sbp: [at(12, 184), at(20, 191), at(24, 240, true)], dbp: [at(12, 90)], hr: [at(3, 96)], temp: [] },
  );
  assert.deepEqual(told["Symptoms, help"], [`Symptom: nausea, ${hm(14)}, by thea.`, `Help asked for, ${hm(15)}, by sam.`]);
  assert.deepEqual(told.Worst, [
    `Systolic pressure 191 at ${hm(20)}, high alarm. A reading of 240 at ${hm(24)} was in doubt.`, `Diastolic pressure 90 at ${hm(12)}, no alarm.`,
    `Heart rate 96 at ${hm(3)}, no alarm.`, "Temperature never measured.",
  ]);
  assert.match(told["Became high"][0], new RegExp(`Worst 191 at ${hm(20)}\\.`));
  const low = { ...bare, id: "e-1-9", condition: "hr_low", vital: "hr", priority: "medium", value: 44, extreme: 41, extreme_at: s(16) };
  const slow = said([["alarm", 15, { at: s(15), transition: "raised", alarm: low }]], { sbp: [], dbp: [], hr: [at(3, 96), at(16, 38)], temp: [] });
  assert.equal(slow.Worst[2], `Heart rate 96 at ${hm(3)}, no alarm; lowest 41 at ${hm(16)}, medium alarm.`);
  assert.deepEqual(said([], { sbp: [], dbp: [], hr: [], temp: [] })["Symptoms, help"], ["None on record."]);
});

const doubted = (minute, v) => ({ t: NOON + minute * M, v, doubt: true });
const clean = (minute, v) => ({ t: NOON + minute * M, v, doubt: false });
const sure = { ...bare, priority: "high", worst: "high" };
const high = (minute, value, more) =>
  ["alarm", minute, { at: s(minute), transition: "raised", alarm: { ...sure, onset: s(minute), value, extreme: value, extreme_at: s(minute), ...more } }];
const STRUCK = ["corrected", 22, { what: "reading", before: { at: s(20), sbp: 218 }, by: "thea", reason: "it was 148", follows: "" }];
for (const [name, journal, sbp, episodes, expected] of [
  ["in doubt at first, and an alarm stands on it", [high(20, 191)], [clean(5, 150), doubted(20, 191), clean(22, 189)], [],
    `191 at ${hm(20)}, high alarm.`],
  ["an alarm stood on it before it went farther elsewhere", [high(20, 191), high(50, 186, { id: "e-1-2" })],
    [doubted(20, 191), clean(22, 189), clean(50, 186)], [], `191 at ${hm(20)}, high alarm.`],
  ["the alarm moved to the repeat since", [high(20, 191, { extreme: 189, extreme_at: s(22) }),
    ["alarm", 22, moved(22, "deescalated", { ...sure, onset: s(20), value: 189, extreme: 189, extreme_at: s(22) })]],
    [doubted(20, 191), clean(22, 189)], [], `191 at ${hm(20)}, high alarm.`],
  ["only an elevation holds it", [high(22, 189)], [clean(22, 189)], [{ vital: "sbp", peak: 191, peak_at: iso(20) }],
    `191 at ${hm(20)}, high alarm.`],
  ["nobody's alarm", [], [clean(5, 150), doubted(20, 191)], [],
    `150 at ${hm(5)}, no alarm. A reading of 191 at ${hm(20)} was in doubt.`],
  ["in doubt, and less than what is sure", [], [clean(5, 150), doubted(20, 141)], [], `150 at ${hm(5)}, no alarm.`],
  ["nothing else", [], [doubted(20, 191)], [], `: no reading without doubt. A reading of 191 at ${hm(20)} was in doubt.`],
  ["struck out while an alarm had it", [high(20, 218), STRUCK], [clean(5, 150)], [{ vital: "sbp", peak: 218, peak_at: iso(20) }],
    `150 at ${hm(5)}, high alarm.`],
]) {
  test(`the worst of a vital sign: ${name}`, () => {
    const made = journal.map(([type, minute, body], i) => ({ id: 1 + i, at: iso(minute), type, body }));
    const record = about({ rows: made, times: { ...TIMES, values: { sbp, dbp: [], hr: [], temp: [] } }, episodes });
    const [said] = Object.fromEntries(short(record)).Worst;
    assert.equal(said, `Systolic pressure${expected.startsWith(":") ? "" : " "}${expected}`);
  });
}

test("of two sides each has its worst, and a doubt of its own", () => {
  const low = { ...sure, condition: "hr_low", vital: "hr", priority: "medium", worst: "medium", value: 41, extreme: 41, extreme_at: s(16) };
  const made = [{ id: 1, at: iso(16), type: "alarm", body: { at: s(16), transition: "raised", alarm: low } }];
  const hr = [clean(3, 96), doubted(10, 180), doubted(17, 30)];
  const record = about({ rows: made, times: { ...TIMES, values: { sbp: [], dbp: [], hr, temp: [] } } });
  assert.equal(Object.fromEntries(short(record)).Worst[2], `Heart rate 96 at ${hm(3)}, no alarm; lowest 41 at ${hm(16)}, medium alarm. ` +
    `A reading of 180 at ${hm(10)} was in doubt. A reading of 30 at ${hm(17)} was in doubt.`);
});

test("many gaps of one kind are one sentence", () => {
  const alarm = { ...bare, onset: s(50) };
  const record = about({
    rows: [{ id: 1, at: iso(50), type: "alarm", body: { at: s(50), transition: "raised", alarm } }],
    times: { ...TIMES, bp: [...every(0, 60, 10), ...every(80, 120, 10)] },
    encounter: encounter({ opened_at: iso(0), closed_at: iso(120) }),
  });
  assert.equal(unmeasured(record)[0], `6 times without a pressure, 70 min in all: ${[[50, 60], [60, 80], [80, 90], [90, 100], [100, 110]]
    .map(([a, b]) => `${hm(a)} to ${hm(b)} (${b - a} min)`).join(", ")}, ${hm(110)} to the end (10 min).`);
});

test("the total is of each medicine", () => {
  const doses = [
    { at: iso(0), drug: "ketamine", route: "sublingual", amount_mg: 100, corrected: false },
    { at: iso(40), drug: "esketamine", route: "nasal", amount_mg: 28, corrected: true },
  ];
  const { Given } = Object.fromEntries(short(about({ encounter: encounter({ doses }) })));
  assert.equal(Given.at(-1), "Ketamine 100 mg, Esketamine 28 mg in all.");
});

test("past midnight each time has its date", () => {
  const late = encounter({ opened_at: iso(11 * 60), dosed_at: iso(11 * 60 + 30), closed_at: iso(13 * 60) });
  const { time, exact } = timing(late, NOON);
  const [before, after] = [time(NOON + 11.5 * 60 * M), time(NOON + 12.5 * 60 * M)];
  assert.match(before, /23.* 23:30$|Nov.* 23:30$/);
  assert.match(after, /24.* 00:30$|Nov.* 00:30$/);
  assert.notEqual(before.replace(/ ?\d\d:\d\d$/, ""), after.replace(/ ?\d\d:\d\d$/, ""));
  assert.match(exact(NOON + 12.5 * 60 * M), /00:30:00 \(60\u00a0min\)$/);
  assert.match(timing(encounter(), NOON).time(NOON), /^12:00$/);
});

test("before the dose a time says so, and never counts down", () => {
  const exact = (more, minute) => timing(encounter(more), NOON).exact(NOON + minute * M).replaceAll("\u00a0", " ");
  assert.match(exact({}, -6), /\(6 min before the dose\)$/);
  assert.match(exact({}, 0), /\(0 min\)$/);
  const doses = [{ at: iso(0) }, { at: iso(40) }];
  assert.match(exact({ doses }, -6), /\(6 min before the first dose\)$/);
  assert.match(exact({ doses }, 6), /\(6 min after the first dose\)$/);
  assert.doesNotMatch(exact({ dosed_at: null }, -6), /min/);
});

test("a baseline that is not good is said among what is read first", () => {
  const baseline = {
    sbp: { value: 120, spread: 0, count: 1, grade: "poor" }, dbp: { value: 76, spread: 2, count: 2, grade: "fair" },
    hr: { value: 70, spread: 1, count: 90, grade: "good" },
  };
  assert.deepEqual(Object.fromEntries(short(about({ encounter: encounter({ baseline }) })))["Baseline"], [
    "Baseline of systolic pressure 120: poor, 1 reading.", "Baseline of diastolic pressure 76: fair, 2 readings.",
  ]);
  const good = about({ encounter: encounter({ baseline: { hr: baseline.hr } }) });
  assert.ok(!short(good).some(([what]) => what === "Baseline"));
});

test("where a limit comes from is said by its data in another language", () => {
  const from = (source, code) => ({
    condition: "sbp_high", vital: "sbp", priority: code, value: 150, direction: "high", source, source_because: { code, facts: {} },
  });
  const limits = [from("set by thea", "low"), from("the plan", "high")];
  sayReasonsBy(({ code }) => `[${code}]`);
  assert.equal(limitRows({ encounter: encounter({ limits }) })[0].at(-1), "[low]; [high]");
  sayReasonsBy(() => null);
  assert.equal(limitRows({ encounter: encounter({ limits }) })[0].at(-1), "set by thea; the plan");
});

test("limits in force by condition, and the session's facts", () => {
  const limit = (condition, vital, priority, value) => ({ condition, vital, priority, value, direction: "high", source: "p" });
  const limits = [limit("sbp_high", "sbp", "low", 150), limit("sbp_high", "sbp", "high", 180), limit("hr_high", "hr", "medium", 120)];
  assert.deepEqual(limitRows({ encounter: encounter({ limits }) }), [
    ["Systolic pressure high", "150", "\u2014", "180", "p"],
    ["Heart rate high", "\u2014", "120", "\u2014", "p"],
  ]);
  const words = { protocol: { name: "Sublingual at home" }, risks: { hypertension: "Known high blood pressure" }, kinds: {} };
  const facts = Object.fromEntries(factRows(about(), words));
  assert.equal(facts.Protocol, "Sublingual at home (sl_home), version 1");
  assert.equal(facts["Risk factors"], "Known high blood pressure");
  assert.equal(facts.Born, "1980");
  assert.match(facts.Opened, /by thea$/);
  const old = about({ encounter: encounter({ protocol_version: null }) });
  assert.match(Object.fromEntries(factRows(old, words)).Protocol, /its version is not on record$/);
});
