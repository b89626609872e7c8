import assert from "node:assert/strict";
import test from "node:test";
import * as corrections from "../../monitor/page/words/record/corrections.js";
import { body, choices, nearestMoment, recordedValue } from "../../monitor/page/words/record/correcting.js";
import { addRows, emptyHistory } from "../../monitor/page/server/history.js";
import { given } from "../../monitor/page/words/session/given.js";
import { clock } from "../../monitor/page/words/strings.js";

const { correctionWords, figures, typedReadings, withCorrection } = corrections;
const T = Date.parse("2026-11-23T12:02:30Z");
const iso = (min) => new Date(T + min * 60_000).toISOString();
const STRUCK = { code: "struck_out", facts: { by: "thea", text: "typo", closed: false } };
const row = (id, vital, value, min, reason = "") => ({
  id, vital, value, reason, ...(reason && { because: STRUCK }), issued: iso(min), effective: iso(min), state: reason ? "rejected" : "accepted",
});
const session = {
  patient_label: "T-09", closed_at: null, devices: { cuff: "cuff" },
  doses: [{ at: iso(0), drug: "ketamine", route: "sublingual", amount_mg: 100 }],
  emergency: { sitter: "Sam" }, facts: { birth_year: 1990, risk_factors: ["stroke"] },
};

test("what was typed at once is one reading, newest first", () => {
  const found = typedReadings([
    row(1, "sbp", 185, 1, "struck out by thea: typo"), row(2, "dbp", 80, 1, "struck out by thea: typo"),
    row(3, "temp", 36.8, 5),
  ]);
  assert.deepEqual(found.map((r) => [r.id, figures(r.values), r.struck]), [
    [3, "36.8 \u00b0C", false],
    [1, "185/80 mmHg", true],
  ]);
});

test("what is struck out is not offered again, and after the close no device is", () => {
  const typed = typedReadings([row(1, "hr", 72, 1), row(2, "hr", 90, 2, "struck out by thea: typo")]);
  const keys = (e) => choices(e, typed).map(([key]) => key);
  assert.deepEqual(keys(session).slice(0, 4), ["", "dose:1", "reading:1", "device:cuff"]);
  assert.ok(!keys({ ...session, closed_at: iso(9) }).includes("device:cuff"));
  assert.ok(!keys(session).includes("reading:2"));
});

test("a form begins with what stands there", () => {
  for (const [key, value] of [
    ["label", "T-09"], ["birth_year", "1990"], ["risk_factors", ["stroke"]], ["sitter", "Sam"],
    ["phone", ""], ["reading:1", null], ["device:cuff", null],
  ]) {
    assert.deepEqual(recordedValue(key, session), value, key);
  }
});

test("only what was changed of a dose is sent, and its seconds survive", () => {
  const sent = (values) => body("dose:1", { reason: " typo ", ...values }, session);
  const defined = (o) => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined));
  assert.deepEqual(defined(sent({ amount_mg: "50,5" })), {
    kind: "dose", dose: 1, amount_mg: 50.5, reason: "typo",
  });
  assert.deepEqual(defined(sent({ time: clock(T - 7 * 60_000) })).at, nearestMoment(clock(T - 7 * 60_000), T));
});

test("a time of day is of the day that is nearest", () => {
  const late = new Date(2026, 10, 23, 0, 5).getTime();
  assert.equal(nearestMoment("23:58", late), new Date(2026, 10, 22, 23, 58).toISOString());
  assert.equal(nearestMoment("00:01", new Date(2026, 10, 22, 23, 59).getTime()),
    new Date(2026, 10, 23, 0, 1).toISOString());
});

test("bodies of the other kinds", () => {
  for (const [key, values, sent] of [
    ["reading:17", {}, { kind: "reading", observation: 17 }],
    ["device:cuff", { add: "cuff-2" }, { kind: "device", remove: "cuff", add: "cuff-2" }],
    ["birth_year", { value: "1950" }, { kind: "birth_year", value: 1950 }],
    ["birth_year", { value: "" }, { kind: "birth_year", value: null }],
    ["risk_factors", { value: [] }, { kind: "risk_factors", value: [] }],
    ["label", { value: " T-90 " }, { kind: "label", value: "T-90" }],
  ]) {
    assert.deepEqual(body(key, { ...values, reason: "why" }, session), { ...sent, reason: "why" });
  }
});

test("a correction tells both values", () => {
  const before = { at: T / 1000, drug: "ketamine", route: "oral", amount_mg: 100 };
  for (const [given_, words] of [
    [{ what: "dose", number: 2, before, after: { ...before, amount_mg: 50 } }, ["Dose 2", "100 mg", "50 mg"]],
    [{ what: "dose", number: 1, before, after: { ...before, at: T / 1000 + 60 } },
      ["Dose 1", clock(T), clock(T + 60_000)]],
    [{ what: "reading", before: { at: T / 1000, sbp: 185, dbp: 80 }, after: null },
      [`Reading of ${clock(T)}`, "185/80 mmHg", "struck out"]],
    [{ what: "phone", before: "", after: "+1" }, ["Phone", "nothing", "+1"]],
    [{ what: "risk_factors", before: ["cardiac_history"], after: [] },
      ["Known risks", "Cardiac history", "nothing"]],
    [{ what: "birth_year", before: null, after: 1950 }, ["Year of birth", "nothing", "1950"]],
  ]) {
    const { what, was, is } = correctionWords(given_);
    assert.deepEqual([what, was, is], words);
  }
  assert.equal(withCorrection("100 mg", "100 mg"), "100 mg");
  assert.equal(withCorrection("100 mg", "50 mg"), "100 mg, corrected: 50 mg");
});

test("a corrected dose says so where it stands", () => {
  const [line] = given({ doses: [{ ...session.doses[0], corrected: true }] }, T);
  assert.match(line, /0 min ago, corrected$/);
});

test("a reading that is struck out leaves the course and is drawn crossed", () => {
  const history = emptyHistory();
  const rows = [row(1, "sbp", 185, 1), row(2, "dbp", 80, 1), row(3, "hr", 150, 1), row(4, "temp", 39, 1)];
  addRows(history, rows);
  addRows(history, rows.map((r) => ({ ...r, state: "rejected", reason: "struck out by thea: typo" })));
  assert.deepEqual([history.bp, history.hr.t, history.temp.t], [[], [], []]);
  assert.deepEqual(history.rejected.map((r) => r.vital).sort(), ["dbp", "hr", "sbp", "temp"]);
});
