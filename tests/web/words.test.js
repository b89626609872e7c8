import assert from "node:assert/strict";
import test from "node:test";
import { calm } from "../../monitor/page/words/alarms/calm.js";
import { nextStep } from "../../monitor/page/words/session/next.js";
import { checksLeft, preflight, unproven } from "../../monitor/page/words/session/preflight.js";
import { age, change, clockThere, countdown, number } from "../../monitor/page/words/strings.js";
import { burst } from "../../monitor/page/signals/tones.js";
import { golden } from "./golden.js";

test("numbers, with a true minus and a dash for what is not there", () => {
  assert.equal(number("sbp", 128), "128");
  assert.equal(number("temp", 37), "37.0");
  assert.equal(number("hr", null), "\u2014");
  assert.equal(number("hr", NaN), "\u2014");
  assert.equal(change("hr", 12.4), "+12");
  assert.equal(change("hr", -3), "\u22123");
  assert.equal(change("hr", -0.2), "0");
  assert.equal(change("temp", 0.3), "+0.3");
  assert.equal(change("hr", null), "");
});

test("ages", () => {
  const said = [-5, 0, 4.9, 5, 48, 59.9, 60, 725, 8000].map((s) => age(1000 * s));
  const want = ["now", "now", "now", "5 s", "48 s", "59 s", "1 min", "12 min", "133 min"];
  assert.deepEqual(said, want);
  assert.equal(countdown(84_000), "1:24");
  assert.equal(countdown(-1), "0:00");
});

const encounter = () => golden("status-calm").encounter;
const moment = (e, seconds = 1) => Date.parse(e.vitals.hr.effective) + 1000 * seconds;

test("calm is said only of what is fresh", () => {
  const e = encounter();
  assert.equal(calm([e], moment(e))[0], "Within limits.");
  const [first, second] = calm([e], moment(e, 20));
  assert.equal(first, "No alarm stands.");
  assert.match(second, /K-104: heart rate stale, 20 s\./);
  const late = { ...e, next_check: { due: e.opened_at, overdue: true, reason: "schedule" } };
  assert.match(calm([late], moment(e))[1], /K-104: cuff overdue since \d\d:\d\d\./);
  const doubt = structuredClone(e);
  const because = { code: "off_or_waited", facts: { behind_s: 300, right: false } };
  const cause = "its clock is 5 min behind, or farther ahead and it waited: not known yet";
  Object.assign(doubt.vitals.hr, { state: "suspect", cause, because });
  assert.match(calm([doubt], moment(e))[1], /K-104: heart rate in doubt \(not known yet\), 1 s\./);
  assert.match(calm([], 0)[0], /No session/);
});

test("what waits for a repeat over a limit is not within limits", () => {
  const e = encounter();
  const limits = [{ vital: "sbp", direction: "high", value: 150, priority: "low", condition: "sbp_high" }];
  const told = (sbp, more = {}) => {
    const one = structuredClone({ ...e, limits });
    Object.assign(one.vitals.sbp, { value: sbp }, more);
    return calm([one], moment(e));
  };
  assert.equal(told(149)[0], "Within limits.");
  assert.equal(told(150)[0], "No alarm stands.");
  assert.match(told(150)[1], /K-104: systolic pressure 150, at the limit of 150\./);
  assert.match(told(153)[1], /K-104: systolic pressure 153, 3 above the limit of 150\./);
  // A value in doubt is named as such, and once.
  assert.match(told(153, { state: "suspect", cause: "no contact" })[1], /^K-104: blood pressure in doubt [^:]*\. Next/);
});

test("what comes next", () => {
  const e = encounter();
  const now = 1_000_000;
  const due = (ms) => new Date(now + ms).toISOString();
  const shown = (check) => nextStep({ ...e, gates: [], next_check: check }, now)[0];
  assert.equal(shown({ due: due(350_000), overdue: false, reason: "schedule" }), "Cuff in 6 min");
  assert.equal(shown({ due: due(-1), overdue: false, reason: "schedule" }), "Cuff due now");
  assert.equal(shown({ due: due(-1), overdue: true, reason: "schedule" }), "Cuff overdue");
  assert.equal(shown({ due: due(60_000), overdue: false, reason: "confirm" }), "Repeat cuff asked");
  assert.equal(shown(null), "No cuff due");
  const ready = { ...e, gates: [{ gate: "discharge", unmet: [] }] };
  assert.equal(nextStep(ready, now)[0], "Ready to close");
});

test("the bar and the row name the same next reading, in every state of it", () => {
  const e = encounter();
  const at = (ms) => new Date(2026, 10, 23, 14, 0, 0, ms);
  const now = at(0).getTime();
  const due = (minutes) => at(60_000 * minutes).toISOString();
  const told = (check, more = {}) => {
    const one = { ...e, gates: [], next_check: check, ...more };
    const bar = calm([one], now)[1].toLowerCase();
    const [what, when] = nextStep(one, now);
    return [`${what}, ${when}`, bar];
  };
  const confirm = { reason: "confirm", overdue: false };
  const schedule = { reason: "schedule", overdue: false };
  const overdue = { condition: "bp_overdue", kind: "technical", priority: "medium", presence: "on", onset: due(-20) };
  const table = [
    [{ ...schedule, due: due(6) }, {}, "Cuff in 6 min, 14:06", "next is the cuff of k-104 in 6 min."],
    [{ ...schedule, due: due(6) }, { dosed_at: null, gates: [{ gate: "hold", unmet: [{ id: "hr", text: "" }] }] }, "Cuff in 6 min, 1 condition open", "next is the cuff of k-104 in 6 min."],
    [{ ...schedule, due: due(0) }, {}, "Cuff due now, 14:00", "next is the cuff of k-104, due now."],
    // A cuff was asked for it before the dose: the reading is due by 14:05, not at 14:05.
    [{ ...schedule, due: due(5), asked: true }, {}, "Cuff asked, by 14:05", "next is the cuff of k-104, asked by 14:05."],
    [{ ...schedule, due: due(-1), overdue: true }, {}, "Cuff overdue, since 13:59", "k-104: cuff overdue since 13:59."],
    [{ ...confirm, due: due(2), asked: true }, {}, "Repeat cuff asked, by 14:02", "next is the repeat cuff of k-104, asked by 14:02."],
    [{ ...confirm, due: due(4), asked: false }, {}, "Repeat cuff in 4 min, 14:04", "next is the repeat cuff of k-104 in 4 min."],
    // Requested by 13:36, and it is 14:00: the text no longer promises it.
    [{ ...confirm, due: due(-24), overdue: true, asked: true }, {}, "Repeat overdue, since 13:36", "k-104: repeat overdue since 13:36."],
    // An alarm is on for the reading of 13:40, so the row names that reading too.
    [{ ...confirm, due: due(-24), overdue: true, asked: true }, { alarms: [overdue] }, "Cuff overdue, since 13:40", "k-104: cuff overdue since 13:40."],
    [{ ...schedule, due: due(3) }, { cuffs: { c: { failed_at: due(-2) } } }, "Cuff failed, at 13:58", "k-104: cuff failed at 13:58."],
    [{ ...schedule, due: due(3) }, { gates: [{ gate: "discharge", unmet: [] }] }, "Ready to close, Cuff in 3 min", "next is the cuff of k-104 in 3 min."],
  ];
  for (const [check, more, row, bar] of table) {
    const [said, line] = told(check, more);
    assert.equal(said, row);
    assert.ok(line.includes(bar), `${line} says not: ${bar}`);
  }
});

test("the bar names the soonest of all sessions, one that is due now before one to come", () => {
  const e = encounter();
  const now = Date.parse("2026-11-23T14:00:00Z");
  const one = (patient_label, minutes) => ({
    ...e, patient_label, gates: [],
    next_check: { due: new Date(now + 60_000 * minutes).toISOString(), overdue: false, reason: "schedule" },
  });
  assert.match(calm([one("Late", 9), one("Now", 0), one("Soon", 2)], now)[1], /Next is the cuff of Now, due now\.$/);
});

test("alarm bursts: ten, three and two pulses, none overlapping", () => {
  for (const [priority, count] of [["high", 10], ["medium", 3], ["low", 2]]) {
    const pulses = burst(priority, "physiological");
    assert.equal(pulses.length, count);
    pulses.slice(1).forEach((p, i) => assert.ok(p.at > pulses[i].at + pulses[i].length));
  }
  assert.equal(new Set(burst("high", "technical").map((p) => p.hz)).size, 1);
});

test("the patient's time of day is told where it is another", () => {
  const noon = Date.parse("2026-11-23T12:00:00Z");
  const zones = ["Asia/Tokyo", "", undefined, "Moon/Tranquillity"];
  assert.deepEqual(zones.map((zone) => clockThere(noon, zone)), ["21:00", "", "", ""]);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  assert.equal(clockThere(noon, here), "");
});

const rows = (e, sound = "on") => preflight(e, sound, moment(e));
const row = (e, name, sound) => rows(e, sound).find((r) => r.name === name);

test("clocks that are known are told, and nobody is sent to find out the others", () => {
  const e = encounter();
  const told = (clocks) => {
    const { text, done } = row({ ...e, clocks }, "Device clocks");
    return [text, done];
  };
  assert.deepEqual(told({ a: 0.24, b: 41, c: -3.4 }), [
    "A is right, b 41 s behind, corrected, c 3 s ahead, corrected.",
    true,
  ]);
  assert.deepEqual(told({ a: 0, b: null }), ["A is right, not known: b.", null]);
  assert.deepEqual(told({}), ["No device serves this session.", null]);
});

test("nobody is asked for tones that were not played for this session", () => {
  const e = { ...encounter(), checks: {} };
  const said = (sound) => row(e, "Sound", sound).text;
  assert.equal(said("off"), "Not heard in this window yet.");
  assert.equal(said("unplayed"), "Not played for this session yet.");
  assert.equal(said("on"), "Did you hear three tones?");
  const heard = { ...e, checks: { sound: { at: "2026-11-23T10:00:00Z", by: "thea" } } };
  assert.equal(row(heard, "Sound", "unplayed").done, true);
});

test("a device whose reading is not fresh leaves a check open", () => {
  const e = encounter();
  const late = { ...e, vitals: { ...e.vitals, hr: { ...e.vitals.hr, state: "stale" } } };
  assert.equal(row(e, "Heart-rate strap").done, true);
  assert.equal(row(late, "Heart-rate strap").done, false);
  assert.match(row(late, "Heart-rate strap").text, /stale/);
});

test("what only people can tell is told as open until somebody did", () => {
  const made = { at: "2026-11-23T10:00:00Z", by: "thea" };
  const all = { sound: made, sitter: made, reachable: made, backup: made };
  const told = [{ id: 1, name: "Anna", on_duty: true, confirmed_at: made.at }];
  const e = { ...encounter(), checks: {}, dosed_at: null, contacts: told };
  const now = moment(e);
  const open = (more, heard = "on") => unproven({ ...e, ...more }, heard, now);
  assert.equal(open({}), "Not checked yet: sound, sitter, address and phone, backup.");
  assert.equal(open({ checks: all }), "");
  assert.equal(open({ checks: all }, "off"), "Not checked yet: sound.");
  const confirmed = (hours) => {
    const at = new Date(now - hours * 3600_000).toISOString();
    return { checks: all, contacts: [{ id: 1, name: "Anna", on_duty: true, confirmed_at: at }] };
  };
  assert.equal(open(confirmed(23)), "");
  assert.equal(open(confirmed(25)), "Not checked yet: test notice.");
  const nobody = "Nobody is on duty. Nobody hears of an alarm but this page.";
  const off = [{ ...told[0], on_duty: false }];
  assert.equal(open({ contacts: off, checks: all }), nobody);
  assert.equal(checksLeft(rows({ ...e, checks: all })), "Every check is done.");
  assert.equal(checksLeft(rows({ ...e, checks: all, contacts: off })), "One check left before the dose.");
  const left = (checks, n) => checksLeft(rows({ ...e, checks }), n);
  assert.equal(left(all, 1), "One condition left before the dose.");
  assert.equal(left({}, 2), "Four checks and two conditions left before the dose.");
  const { sitter, ...rest } = all;
  assert.equal(checksLeft(rows({ ...e, checks: rest })), "One check left before the dose.");
});

test("a vital sign that never came is a trouble, except a temperature", () => {
  const e = { ...encounter(), next_check: null };
  const without = (...codes) => {
    const vitals = Object.fromEntries(Object.entries(e.vitals).filter(([code]) => !codes.includes(code)));
    return calm([{ ...e, vitals }], moment(e));
  };
  assert.match(without("hr")[1], /K-104: heart rate has not come yet\./);
  assert.equal(without("temp")[0], "Within limits.");
  const temp = { ...e.vitals.hr, value: 36.6, state: "stale" };
  assert.match(calm([{ ...e, vitals: { ...e.vitals, temp } }], moment(e))[1], /K-104: temperature stale, /);
  assert.equal(without()[1], "Every reading is on time.");
});
