import assert from "node:assert/strict";
import test from "node:test";
import { deaf } from "../../monitor/page/words/alarms/unnotified.js";
import { breaking, gravity, lines, sounds, worstAlarm } from "../../monitor/page/words/alarms/alarms.js";
import { headline, reasons } from "../../monitor/page/words/alarms/headline.js";
import { breaks, standing, where } from "../../monitor/page/words/alarms/standing.js";
import { golden } from "./golden.js";

let number = 0;
const alarm = (condition, priority, presence, more = {}) => ({
  id: `a-${++number}`,
  condition,
  kind: "physiological",
  priority,
  presence,
  vital: condition.split("_")[0],
  value: 0,
  limit: 0,
  onset: "2026-11-23T14:00:00Z",
  reason: `${condition} ${priority}.`,
  ...more,
});
const session = (id, ...alarms) => ({ id, alarms, baseline: {}, limits: [] });

test("systolic, diastolic and mean pressure share one line and one button", () => {
  const e = session(
    "e",
    alarm("sbp_rise", "medium", "on"),
    alarm("dbp_high", "high", "on"),
    alarm("map_high", "low", "acknowledged"),
    alarm("hr_high", "medium", "on"),
  );
  const [first, second, ...rest] = lines([e]);
  assert.deepEqual(first.alarms.map((a) => a.condition), ["dbp_high", "sbp_rise", "map_high"]);
  assert.deepEqual(first.waiting, [e.alarms[1].id, e.alarms[0].id]);
  assert.deepEqual(second.alarms.map((a) => a.condition), ["hr_high"]);
  assert.deepEqual(rest, []);
});

test("alarms without a vital sign have a line each; two sessions never share one", () => {
  const help = () => alarm("help_requested", "high", "on", { vital: null });
  const symptom = () => alarm("symptom", "high", "on", { vital: null });
  assert.equal(lines([session("e", help(), symptom()), session("f", help())]).length, 3);
});

test("an overdue cuff belongs to the pressure", () => {
  const overdue = alarm("bp_overdue", "medium", "on", { vital: null, kind: "technical" });
  assert.equal(lines([session("e", overdue, alarm("sbp_high", "high", "on"))]).length, 1);
});

const said = (...sessions) => headline(lines(sessions)[0].parts[0]);

test("worst first; among those as bad, what nobody has taken before what somebody has", () => {
  const order = (...all) => lines(all.map((a, i) => session(`e${i}`, a))).map((l) => l.lead);
  const takenHigh = alarm("hr_high", "high", "acknowledged");
  const medium = alarm("hr_high", "medium", "on");
  const overHigh = alarm("hr_high", "high", "latched");
  const high = alarm("hr_high", "high", "on");
  const low = alarm("hr_high", "low", "on");
  const sorted = order(low, takenHigh, medium, overHigh, high);
  assert.deepEqual(sorted, [high, overHigh, takenHigh, medium, low]);
});

const silent = (condition, priority, presence, more) =>
  alarm(condition, priority, presence, { kind: "technical", vital: null, value: null, limit: null, ...more });

for (const [condition, priority, presence, first] of [
  ["broker_lost", "low", "on", true],
  ["broker_lost", "medium", "on", true],
  ["broker_lost", "medium", "acknowledged", false],
  ["storage_fault", "medium", "on", true],
  ["no_data", "medium", "on", true],
  ["no_data", "low", "on", false],
  ["device_offline", "medium", "on", true],
  ["device_offline", "low", "on", false],
  ["sequence_gap", "medium", "on", false],
]) {
  test(`what is not watched stands before what has eased, is over or was taken: ${condition}, ${priority}, ${presence}`, () => {
    const one = silent(condition, priority, presence, { vital: condition === "no_data" ? "hr" : null });
    const leads = (...others) => lines([session("e", ...others, one)]).map((l) => l.lead.id);
    const eased = alarm("sbp_high", "low", "on", { worst: "high" });
    const over = alarm("sbp_high", "high", "latched");
    const taken = alarm("sbp_high", "high", "acknowledged");
    for (const past of [eased, over, taken]) {
      assert.deepEqual(leads(past), first ? [one.id, past.id] : [past.id, one.id], JSON.stringify(past));
    }
    const high = alarm("sbp_high", "high", "on");
    assert.deepEqual(leads(high), [high.id, one.id], "high now, and nobody has taken it");
  });
}

test("the order of lines is one order, whatever stands in them", () => {
  const forms = ["high", "medium", "low"].flatMap((p) => ["on", "latched", "acknowledged"].map((s) => [p, s]));
  const all = [
    ...forms.map(([p, s], i) => session(`v${i}`, alarm("sbp_high", p, s))),
    ...forms.map(([p, s], i) => session(`w${i}`, alarm("sbp_high", "low", s, { worst: p }))),
    ...forms.map(([p, s], i) => session(`b${i}`, silent("broker_lost", p, s))),
  ];
  const order = lines(all).map((l) => l.key);
  assert.deepEqual(lines([...all].reverse()).map((l) => l.key), order);
  for (const [i, key] of order.entries()) {
    for (const later of order.slice(i + 1)) {
      const two = all.filter((e) => [key, later].some((k) => k.startsWith(`${e.id}/`)));
      assert.equal(lines(two)[0].key, key, `${key} before ${later}, alone as among all`);
    }
  }
});

test("that a vital sign does not come has a chip of its own beside what it once was", () => {
  const at = new Date(2026, 10, 23, 14, 5).toISOString();
  const eased = alarm("hr_high", "low", "on", { worst: "high", value: 100, limit: 120, extreme: 140 });
  const [one] = lines([session("e", eased, silent("no_data", "medium", "on", { vital: "hr", onset: at }))]);
  assert.deepEqual(one.parts.map(headline), ["Heart rate reached 140. Limit 120. Now 100.", "Heart rate: nothing came since 14:05."]);
  const [low] = lines([session("e", eased, silent("no_data", "low", "on", { vital: "hr" }))]);
  assert.equal(low.parts.length, 1, "what is low is told in the reasons");
});

test("while no device is heard the head says so, taken or not, and since when", () => {
  const lost = (presence, minute) =>
    session("e", silent("broker_lost", "medium", presence, { onset: new Date(2026, 10, 23, 14, minute).toISOString() }));
  assert.equal(deaf([lost("on", 9), lost("acknowledged", 5)]), "Nothing that devices measure is watched since 14:05");
  assert.equal(deaf([lost("off", 9), session("f", alarm("sbp_high", "high", "on"))]), "");
});

test("a value that is not fresh is told with the time of its reading", () => {
  const at = (minute) => new Date(2026, 10, 23, 2, minute);
  const vital = (value) => ({
    value, effective: at(53).toISOString(), received: at(53).toISOString(), state: "fresh",
    stale_at: at(58).toISOString(), expires_at: new Date(2026, 10, 23, 3, 23).toISOString(),
  });
  const headed = (more, minute, vitals = { sbp: vital(146), dbp: vital(85) }) => {
    const e = { ...session("e", alarm("sbp_high", "low", "on", { value: 146, limit: 145, ...more })), vitals };
    return headline(lines([e])[0].parts[0], minute === null ? null : at(minute).getTime());
  };
  const eased = { worst: "high", extreme: 191 };
  assert.equal(headed(eased, 57), "Systolic pressure reached 191. Limit 145. Now 146.");
  assert.equal(headed(eased, 58), "Systolic pressure reached 191. Limit 145. Last 146 at 02:53.");
  assert.equal(headed({}, 57), "Systolic pressure 146. Limit 145.");
  assert.equal(headed({}, 58), "Systolic pressure 146 at 02:53. Limit 145.");
  assert.equal(headed({}, 99), "Systolic pressure 146 at 02:53. Limit 145.", "expired");
  assert.equal(headed({}, null), "Systolic pressure 146. Limit 145.", "no clock yet");
  const doubted = { ...vital(146), state: "suspect" };
  assert.equal(headed({}, 57, { sbp: doubted }), "Systolic pressure 146. Limit 145.", "in doubt, and of now");
});

test("what was struck out was never reached", () => {
  const over = (condition, vital, value, more) =>
    alarm(condition, "high", "latched", { vital, value, extreme: value, limit: 169, reason: "Struck.", ...more });
  const e = (...alarms) => said(session("e", ...alarms));
  const typed = { struck: 218 };
  const words = "Systolic pressure: the reading of 218 was struck out.";
  assert.equal(e(over("sbp_high", "sbp", 218, typed)), words);
  assert.equal(e(over("sbp_high", "sbp", 218, typed), over("sbp_rise", "sbp", 218, typed)), words, "said once");
  assert.equal(e(over("higher_than_expected", "sbp", 218, typed)), words, "of any alarm");
  assert.equal(
    e(over("sbp_high", "sbp", 218, typed), over("sbp_rise", "sbp", 191)),
    `${words} Systolic pressure reached 191. Limit 169.`,
  );
  assert.equal(e(over("temp_high", "temp", 39.94, { struck: 39.94 })), "Temperature: the reading of 39.94 was struck out.");
});

test("among equals the older stands first", () => {
  const younger = alarm("hr_high", "high", "on", { onset: "2026-11-23T14:05:00Z" });
  const older = alarm("hr_high", "high", "on");
  assert.equal(lines([session("e", younger), session("f", older)])[0].encounter.id, "f");
});

test("a line keeps the worst one's colour, and tells what is new in it apart", () => {
  const e = session("e", alarm("sbp_high", "high", "acknowledged"), alarm("dbp_high", "medium", "on"));
  const [only] = lines([e]);
  assert.deepEqual(only.parts.map((p) => gravity(p.lead)), ["high", "medium"]);
  assert.equal(only.lead.priority, "high");
  assert.deepEqual(only.waiting, [e.alarms[1].id]);
  assert.equal(worstAlarm(e).priority, "high", "and so does the row");
  assert.equal(worstAlarm(e, "hr"), null);
});

test("signals that are off are no alarm", () => {
  assert.deepEqual(lines([session("e", alarm("hr_high", "high", "off"))]), []);
});

test("an acknowledged signal is silent; a latched one sounds if it was high", () => {
  assert.equal(sounds(alarm("hr_high", "low", "on")), true);
  assert.equal(sounds(alarm("hr_high", "high", "latched")), true);
  assert.equal(sounds(alarm("hr_high", "medium", "latched")), false);
  assert.equal(sounds(alarm("hr_high", "high", "acknowledged")), false);
});

test("the headline makes no reading of a value of now and one of then", () => {
  const e = session(
    "e",
    alarm("sbp_high", "medium", "on", { value: 170, limit: 165 }),
    alarm("dbp_high", "high", "latched", { value: 94, limit: 110, extreme: 113 }),
  );
  assert.deepEqual(lines([e])[0].parts.map(headline), [
    "Diastolic pressure reached 113. Limit 110.",
    "Systolic pressure 170. Limit 165.",
  ]);
});

test("two pressures that were reached at two times are no reading", () => {
  const over = (vital, extreme, limit, minute) =>
    alarm(`${vital}_high`, "high", "latched", { value: 90, limit, extreme, extreme_at: `2026-11-23T14:${minute}:00Z` });
  assert.equal(
    said(session("e", over("sbp", 184, 180, "10"), over("dbp", 113, 110, "10"))),
    "Blood pressure reached 184/113. Limit 180/110.",
  );
  assert.equal(
    said(session("e", over("sbp", 184, 180, "10"), over("dbp", 113, 110, "20"))),
    "Systolic pressure reached 184. Limit 180. Diastolic pressure reached 113. Limit 110.",
  );
});

test("a value inside its limit is never the one that flashes", () => {
  const rate = (more) => said(session("e", alarm("hr_rise", "medium", "on", { limit: 100, ...more })));
  assert.equal(rate({ value: 104, extreme: 124 }), "Heart rate 104. Limit 100.");
  assert.equal(rate({ value: 93, extreme: 124 }), "Heart rate reached 124. Limit 100. Now 93.");
  const slow = alarm("hr_low", "medium", "on", { limit: 50, value: 52, extreme: 46 });
  assert.equal(said(session("e", slow)), "Heart rate reached 46. Limit 50. Now 52.");
});

test("what has eased names the value and the limit that it was worse by", () => {
  const e = session("e", alarm("sbp_high", "medium", "on", { value: 168, limit: 165, extreme: 184, worst: "high" }));
  const limit = (priority, value) => ({ condition: "sbp_high", priority, vital: "sbp", direction: "high", value });
  e.limits = [limit("low", 150), limit("medium", 165), limit("high", 180)];
  assert.equal(said(e), "Systolic pressure reached 184. Limit 180. Now 168.");
});

test("when its readings have stopped the last value is none of now", () => {
  const lost = { value: 124, limit: 120, extreme: 126, data_lost_at: "2026-11-23T14:05:00Z" };
  assert.equal(said(session("e", alarm("hr_high", "medium", "on", lost))), "Heart rate reached 126. Limit 120.");
});

test("before the dose the baseline still moves, so nothing has risen over it", () => {
  const e = session("e", alarm("sbp_high", "medium", "on", { value: 170, limit: 165 }));
  e.baseline = { sbp: { value: 120 } };
  assert.equal(said(e), "Systolic pressure 170. Limit 165.");
  const dosed_at = "2026-11-23T14:02:00Z";
  const measured = (effective) => ({ ...e, dosed_at, vitals: { sbp: { effective } } });
  assert.equal(said(measured("2026-11-23T14:01:00Z")), "Systolic pressure 170. Limit 165.");
  assert.equal(said(measured("2026-11-23T14:03:00Z")), "Systolic pressure 170. Limit 165. Rise 50.");
});

/** The data beside such a sentence, and the rest of it. */
const around = (code, by, text) => (
  { bare_reason: text, because: { code, facts: { by, reason: { code: "text", facts: { text } } } } }
);

test("who acknowledged is said once of all that it is true of", () => {
  const by = (name, text) => ({
    acknowledged_by: name, reason: `Acknowledged by ${name}. ${text}`, ...around("acknowledged", name, text),
  });
  const names = ["sbp_high", "sbp_rise", "dbp_high", "dbp_rise", "map_high"];
  const taken = names.map((name) => alarm(name, "high", "acknowledged", by("thea", `${name}.`)));
  const [line] = lines([session("e", ...taken)]);
  assert.equal(reasons(line), names.map((name) => `${name}.`).join(" "), "the line says it beside them");
  const [mixed] = lines([session("e", ...taken, alarm("sbp_low", "high", "on", { reason: "New." }))]);
  assert.equal(reasons(mixed), `New. Acknowledged by thea. ${names.map((name) => `${name}.`).join(" ")}`);
  const [two] = lines([session("e", taken[0], { ...taken[1], ...by("vera", "b.") })]);
  assert.equal(reasons(two), "Acknowledged by thea. sbp_high. Acknowledged by vera. b.");
});

test("that it is still there is said once of all", () => {
  const still = "Still there 10 min after thea acknowledged it. ";
  const again = ["sbp_high", "dbp_high"].map((name) =>
    alarm(name, "high", "on", {
      acknowledged_by: "thea", reason: `${still}${name}.`, ...around("still_there", "thea", `${name}.`),
    }),
  );
  assert.equal(reasons(lines([session("e", ...again)])[0]), `${still}sbp_high. dbp_high.`);
});

test("an alarm that eased sounds as what it was, also when it is over", () => {
  assert.equal(sounds(alarm("hr_high", "low", "latched", { worst: "high" })), true);
  assert.equal(sounds(alarm("hr_high", "low", "latched", { worst: "medium" })), false);
});

test("the headline says value, limit and rise", () => {
  const e = golden("status-alarm-high").encounter;
  assert.equal(said(e), "Systolic pressure 184. Limit 180. Rise 60.");
  const both = session(
    "e",
    alarm("sbp_high", "high", "on", { value: 184, limit: 180 }),
    alarm("dbp_high", "high", "on", { value: 112, limit: 110 }),
  );
  both.baseline = { sbp: { value: 140 }, dbp: { value: 85 } };
  both.dosed_at = "2026-11-23T13:00:00Z";
  assert.equal(said(both), "Blood pressure 184/112. Limit 180/110. Rise 44/27.");
});

test("what is over is said as what it reached", () => {
  const e = golden("status-alarm-latched").encounter;
  assert.match(said(e), /^Systolic pressure reached 184\. Limit 180\./);
});

test("an alarm without a value leaves the word to its reason", () => {
  const doubt = alarm("signal_quality", "medium", "on", { vital: "hr", value: null, kind: "technical" });
  assert.equal(said(session("e", doubt)), null);
});

test("silence says since when, which stays true, and not for how long", () => {
  const onset = new Date(2026, 10, 23, 14, 5).toISOString();
  const silent = (condition, more) => alarm(condition, "low", "on", { value: null, kind: "technical", onset, ...more });
  const lost = (condition, more) => said(session("e", silent(condition, more)));
  assert.equal(lost("device_offline", { vital: null, device: "strap-7" }), "strap-7 offline since 14:05.");
  assert.equal(lost("no_data", { vital: "hr" }), "Heart rate: nothing came since 14:05.");
  assert.equal(lost("no_data", { vital: "sbp" }), "Blood pressure: nothing came since 14:05.");
  assert.equal(lost("bp_overdue", { vital: "sbp" }), "Cuff overdue since 14:05.");
  assert.equal(lost("device_flooding", { vital: null, device: "strap-7" }), "strap-7 sends too much since 14:05.");
});

const limit = (vital, value, priority, direction = "high") => ({ vital, value, priority, direction });
const PRESSURES = [
  limit("sbp", 142, "low"), limit("sbp", 165, "medium"), limit("sbp", 180, "high"),
  limit("sbp", 90, "medium", "low"), limit("dbp", 92, "low"), limit("dbp", 110, "medium"),
];
const RATES = [limit("hr", 55, "medium", "low"), limit("hr", 79, "low"), limit("hr", 130, "high")];

for (const [shown, said] of [
  [{ sbp: 120, dbp: 87 }, "5 below the diastolic limit of 92"],
  [{ sbp: 140, dbp: 80 }, "2 below the systolic limit of 142"],
  [{ sbp: 95, dbp: 50 }, "5 above the systolic low limit of 90"],
  [{ sbp: 88, dbp: 91 }, "2 below the systolic low limit of 90"],
  [{ sbp: 170, dbp: 112 }, "5 above the systolic limit of 165"],
  [{ sbp: 150, dbp: 112 }, "2 above the diastolic limit of 110"],
  [{ sbp: 143, dbp: 112 }, "2 above the diastolic limit of 110"],
  [{ hr: 58 }, "3 above the low limit of 55"],
  [{ hr: 78 }, "1 below the limit of 79"],
  [{ hr: 131 }, "1 above the limit of 130"],
]) {
  test(`the nearest limit is named, or the worst that is broken: ${JSON.stringify(shown)}`, () => {
    const vitals = Object.fromEntries(Object.entries(shown).map(([vital, value]) => [vital, { value }]));
    const code = "hr" in shown ? "hr" : "bp";
    const { text, scale } = where({ vitals, limits: [...PRESSURES, ...RATES], alarms: [] }, code);
    assert.equal(text, said);
    // The dot is on the same side of each tick as the value is of its limit.
    assert.ok([scale.value, ...scale.ticks].every((x) => x > 0 && x < 1));
  });
}

test("what the doses let expect is a limit while an alarm stands by it", () => {
  const vitals = { sbp: { value: 135 }, dbp: { value: 85 } };
  const alarm = { condition: "higher_than_expected", vital: "sbp", limit: 133, priority: "low", presence: "on" };
  const e = { vitals, limits: PRESSURES, alarms: [alarm] };
  const { vital, text, scale } = where(e, "bp");
  assert.deepEqual([vital, text], ["sbp", "2 above the expected systolic of 133"]);
  assert.ok(scale.value > scale.ticks[1], "the dot is beyond the tick of 133");
  const latched = { ...e, alarms: [{ ...alarm, presence: "latched" }] };
  assert.equal(where(latched, "bp").text, "7 below the systolic limit of 142");
  assert.equal(where({ vitals, limits: [], alarms: [] }, "bp"), null);
});

test("where a value stands between its limits", () => {
  const limits = [150, 165, 180].map((value) => ({ vital: "sbp", direction: "high", value }));
  limits.push({ vital: "sbp", direction: "low", value: 100 });
  assert.equal(standing("sbp", 169, limits), "4 above the limit of 165");
  assert.equal(standing("sbp", 140, limits), "10 below the limit of 150");
  assert.equal(standing("sbp", 150, limits), "at the limit of 150");
  assert.equal(standing("sbp", 165, limits), "at the limit of 165");
  assert.equal(standing("sbp", 96, limits), "4 below the low limit of 100");
  assert.equal(standing("hr", 96, limits), "");
});

test("a number from before an alarm's onset is not the one that broke the limit", () => {
  const at = (s) => `2026-11-23T14:00:${s}Z`;
  const e = session("e", alarm("sbp_high", "high", "on", { onset: at("30") }));
  const shown = (sbp, dbp) => breaking({ ...e, vitals: { sbp, dbp } }, "bp")?.priority;
  assert.equal(shown({ effective: at("00") }, { effective: at("00") }), undefined);
  assert.equal(shown({ effective: at("30") }, { effective: at("30") }), "high");
  assert.equal(shown({ effective: at("50") }, undefined), "high");
  assert.equal(breaking({ ...e, vitals: { hr: { effective: at("50") } } }, "hr"), null);
  const past = session("e", alarm("sbp_high", "high", "latched", { onset: at("30") }));
  assert.equal(breaking({ ...past, vitals: { sbp: { effective: at("50") } } }, "bp"), null);
});

test("an alarm counts as its worst priority, and never as less than it has", () => {
  assert.equal(gravity({ priority: "low", worst: "high" }), "high");
  assert.equal(gravity({ priority: "high", worst: "low" }), "high");
  assert.equal(gravity({ priority: "medium" }), "medium");
});

test("a value is named beyond a limit only of its own vital sign, and if there is one", () => {
  const limits = [{ vital: "sbp", direction: "high", value: 150, priority: "low" }];
  assert.equal(breaks("sbp", 150, limits), "at the limit of 150");
  assert.equal(breaks("sbp", 149, limits), "");
  assert.equal(breaks("sbp", null, limits), "");
  assert.equal(breaks("hr", 190, limits), "");
  assert.equal(standing("sbp", null, limits), "");
});

test("a pressure alone needs no name, and a value at its only limit has a place on the scale", () => {
  assert.equal(where({ vitals: { sbp: { value: 140 } }, limits: PRESSURES, alarms: [] }, "bp").text, "2 below the limit of 142");
  const { text, scale } = where({ vitals: { hr: { value: 130 } }, limits: [limit("hr", 130, "high")], alarms: [] }, "hr");
  assert.equal(text, "at the limit of 130");
  assert.deepEqual(scale, { value: 0.5, ticks: [0.5] });
});
