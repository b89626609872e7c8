import assert from "node:assert/strict";
import test from "node:test";
import { breaking, lines, sounds, worst } from "../../monitor/web/static/alarms.js";
import { headline, standing } from "../../monitor/web/static/headline.js";
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

test("worst first; what somebody took makes room for what nobody has", () => {
  const order = (...all) => lines(all.map((a, i) => session(`e${i}`, a))).map((l) => l.lead);
  const takenHigh = alarm("hr_high", "high", "acknowledged");
  const medium = alarm("hr_high", "medium", "on");
  const overHigh = alarm("hr_high", "high", "latched");
  const high = alarm("hr_high", "high", "on");
  const low = alarm("hr_high", "low", "on");
  const sorted = order(low, takenHigh, medium, overHigh, high);
  assert.deepEqual(sorted, [high, overHigh, medium, takenHigh, low]);
});

test("among equals the older stands first", () => {
  const younger = alarm("hr_high", "high", "on", { onset: "2026-11-23T14:05:00Z" });
  const older = alarm("hr_high", "high", "on");
  assert.equal(lines([session("e", younger), session("f", older)])[0].encounter.id, "f");
});

test("a line with something new in it wears the new one's colour", () => {
  const e = session("e", alarm("sbp_high", "high", "acknowledged"), alarm("dbp_high", "medium", "on"));
  const [only] = lines([e]);
  assert.equal(only.lead.priority, "medium");
  assert.equal(worst(e).priority, "high", "but the row keeps the worst");
  assert.equal(worst(e, "hr"), null);
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
    alarm("dbp_high", "high", "latched", { value: 106, limit: 100, extreme: 113 }),
  );
  assert.equal(headline(lines([e])[0]), "Systolic pressure 170. Limit 165.");
});

test("the headline says value, limit and rise", () => {
  const e = golden("status-alarm-high").encounter;
  assert.equal(headline(lines([e])[0]), "Systolic pressure 184. Limit 180. Rise 60.");
  const both = session(
    "e",
    alarm("sbp_high", "high", "on", { value: 184, limit: 180 }),
    alarm("dbp_high", "high", "on", { value: 112, limit: 110 }),
  );
  both.baseline = { sbp: { value: 140 }, dbp: { value: 85 } };
  assert.equal(headline(lines([both])[0]), "Blood pressure 184/112. Limit 180/110. Rise 44/27.");
});

test("what is over is said as what it reached", () => {
  const e = golden("status-alarm-latched").encounter;
  assert.match(headline(lines([e])[0]), /^Systolic pressure reached 184\. Limit 180\./);
});

test("an alarm without a value leaves the word to its reason", () => {
  const silent = alarm("no_data", "medium", "on", { vital: "hr", value: null, kind: "technical" });
  assert.equal(headline(lines([session("e", silent)])[0]), null);
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
