// The words of a session's view and of its record's sheet that depend on data.

import assert from "node:assert/strict";
import test from "node:test";
import { CELLS, recordSummary } from "../../monitor/page/words/record/headings.js";
import { COLUMN, COURSE, LOGS, earlierFound, opens, whichDose } from "../../monitor/page/words/session/view.js";
import { day } from "../../monitor/page/words/strings.js";

test("the supervisor hands over, another person takes over", () => {
  assert.equal(opens(true).handover, "Hand over");
  assert.equal(opens(false).handover, "Take over");
});

test("one further condition is one", () => {
  assert.deepEqual([1, 2].map(COLUMN.others), ["1 more condition", "2 more conditions"]);
});

test("an elevation that came back says when", () => {
  assert.equal(LOGS.rose("high", "184", "12 min", "24 min", "07:28"), "up to 184, 12 min over the limit within 24 min, near the baseline 07:28.");
  assert.equal(LOGS.rose("high", "184", "12 min", "24 min", ""), "up to 184, 12 min over the limit within 24 min.");
  assert.equal(LOGS.rose("low", "78", "12 min", "24 min", ""), "down to 78, 12 min under the limit within 24 min.");
  assert.deepEqual(["high", "low"].map(LOGS.lasts), ["over the limit, lasts.", "under the limit, lasts."]);
});

test("minutes name the dose that they count from where that is not obvious", () => {
  assert.equal(COURSE.zoomed("5", "20", "the first dose"), "5 to 20 min after the first dose");
  assert.equal(COURSE.zoomed("5", "20", ""), "5 to 20 min");
  assert.deepEqual([0, 1, 2].map((i) => whichDose(i, 3)), ["", " (dose 2)", " (last dose)"]);
  assert.equal(whichDose(0, 1), "");
});

test("one earlier session is one", () => {
  assert.equal(earlierFound([[]]), "Grey: systolic of the earlier session.");
  assert.equal(earlierFound([[], []]), "Grey: systolic of 2 earlier sessions.");
});

test("a judged reading has its reason, if there is one", () => {
  assert.equal(CELLS.judged({ state: "rejected", reason: "too high" }), "rejected: too high");
  assert.equal(CELLS.judged({ state: "accepted", reason: "" }), "accepted");
});

test("the record names the dose and the close, or that there is none", () => {
  const [opened_at, dosed_at, closed_at] = ["2026-11-23T07:00:00Z", "2026-11-23T07:20:00Z", "2026-11-23T10:00:00Z"];
  const on = (iso) => day(Date.parse(iso));
  const e = { phase: "recovery", opened_at, dosed_at, closed_at };
  assert.equal(recordSummary(e, "Esketamine", "10:05"),
    `What the record holds at 10:05. Protocol Esketamine, phase recovery. Opened ${on(opened_at)}. ` +
    `Dose ${on(dosed_at)}. Closed ${on(closed_at)}.`);
  const open = recordSummary({ ...e, dosed_at: null, closed_at: null }, "Esketamine", "10:05");
  assert.ok(open.endsWith("No dose. Not closed."), open);
});
