import assert from "node:assert/strict";
import test from "node:test";
import { ageOf, ageing, reading, stateAt } from "../../monitor/page/words/session/freshness.js";
import { golden } from "./golden.js";

const vitals = (name) => golden(name).encounter.vitals;
const at = (iso, seconds = 0) => Date.parse(iso) + 1000 * seconds;

test("a value ages without any message", () => {
  const { hr } = vitals("status-calm");
  assert.equal(hr.state, "fresh");
  const stale = at(hr.stale_at);
  const expires = at(hr.expires_at);
  assert.equal(stateAt(hr, stale - 1), "fresh");
  assert.equal(stateAt(hr, stale), "stale");
  assert.equal(stateAt(hr, expires - 1), "stale");
  assert.equal(stateAt(hr, expires), "expired");
});

test("the server's word is never made better", () => {
  const { hr } = vitals("status-heart-rate-missing");
  assert.equal(stateAt(hr, at(hr.received)), "expired");
  const stale = vitals("status-heart-rate-stale").hr;
  assert.equal(stateAt(stale, at(stale.received)), "stale");
});

test("without the server's time nothing is fresh", () => {
  assert.equal(stateAt(vitals("status-calm").hr, null), "expired");
});

test("never measured is no reading, not an old one", () => {
  const none = { value: null, state: "missing" };
  assert.equal(stateAt(none, 0), "none");
  assert.equal(stateAt(undefined, 0), "none");
  const r = reading({}, "bp", 0);
  assert.deepEqual([r.state, r.parts, r.age], ["none", [], "no reading yet"]);
});

test("what is not fresh carries its age in words", () => {
  const v = vitals("status-calm");
  const when = (seconds) => reading(v, "hr", at(v.hr.effective, seconds));
  assert.deepEqual([when(1).state, when(1).age], ["fresh", "now"]);
  assert.deepEqual([when(7).state, when(7).age], ["fresh", "7 s"]);
  assert.deepEqual([when(21).why, when(21).age], ["stale", "21 s"]);
  assert.deepEqual([when(240).state, when(240).age], ["expired", "4 min"]);
  assert.deepEqual(when(240).parts, when(1).parts, "the last value stays, to be struck through");
});

test("a cuff in doubt says why, until it is too old to matter", () => {
  const v = vitals("status-cuff-suspect");
  const early = reading(v, "bp", at(v.sbp.effective, 40));
  assert.deepEqual([early.state, early.why, early.age], ["suspect", "cuff loose", "40 s"]);
  assert.deepEqual(early.parts, ["161", "70"]);
  assert.equal(reading(v, "bp", at(v.sbp.stale_at)).state, "stale");
});

test("systolic and diastolic share the worse state and the greater age", () => {
  const v = vitals("status-calm");
  const now = at(v.sbp.effective, 100);
  const old = { ...v.dbp, effective: new Date(now - 600_000).toISOString(), state: "stale" };
  const r = reading({ ...v, dbp: old }, "bp", now);
  assert.deepEqual([r.state, r.age], ["stale", "10 min"]);
});

test("half of its life gone is ageing", () => {
  const { hr } = vitals("status-calm");
  assert.equal(ageing(hr, at(hr.received, 4.9)), false);
  assert.equal(ageing(hr, at(hr.received, 5)), true);
});

test("a cause that would not fit beside a number is told as a doubt", () => {
  const v = vitals("status-cuff-suspect");
  const cause = "it rose from 70 to 129 within 8 s";
  const because = { code: "rate_jump", facts: { was: 70, value: 129, seconds: 8 } };
  for (const code of ["sbp", "dbp", "map"]) Object.assign(v[code], { cause, because });
  assert.equal(reading(v, "bp", at(v.sbp.effective, 1)).why, "in doubt");
});

test("without a time of measurement or of the server there is no age, and nothing is ageing", () => {
  const { hr } = vitals("status-calm");
  const now = at(hr.received, 9);
  assert.deepEqual([ageOf(undefined, now), ageOf(hr, null)], [null, null]);
  assert.equal(ageOf(hr, at(hr.effective, 3)), 3000);
  assert.equal(ageing(hr, now), true);
  assert.equal(ageing(hr, null), false);
  assert.equal(ageing({ ...hr, stale_at: null }, now), false);
  assert.equal(ageing({ ...hr, received: null, effective: null }, now), false);
});

test("the change beside a pressure is of the systolic one", () => {
  const v = vitals("status-calm");
  const [sbp, dbp] = [{ ...v.sbp, change: 12 }, { ...v.dbp, change: 7 }];
  const now = at(v.sbp.effective, 1);
  assert.equal(reading({ sbp, dbp }, "bp", now).change, "+12");
  assert.equal(reading({ dbp }, "bp", now).change, "");
});
