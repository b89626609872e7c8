// The clinic's view: sentences that depend on the answers of the service.

import assert from "node:assert/strict";
import test from "node:test";
import { burdenRows } from "../../monitor/page/words/clinic/burden.js";
import { CLOSED, CONTACTS, SELF_TEST } from "../../monitor/page/words/clinic/sections.js";
import { clock } from "../../monitor/page/words/strings.js";

const at = "2026-11-23T10:15:07Z";

test("a self-test that worked has its time, one that did not its reason", () => {
  const found = { ok: true, detail: "", at, total_s: 0.0424 };
  assert.equal(SELF_TEST.through(found), `Everything worked at ${clock(Date.parse(at), true)}, in 42 ms.`);
  assert.equal(SELF_TEST.through({ ...found, ok: false, detail: "no broker" }), "Something does not work: no broker.");
});

test("a step of the self-test without a name has its id", () => {
  assert.equal(SELF_TEST.steps({ steps: { live: 0.0021, other: 0.5 } }), "live view 2 ms, other 500 ms");
  assert.equal(SELF_TEST.lag({ loop_lag_s: 0.0126 }), "The service itself came late by 13 ms at most in the last minute.");
});

test("a ping is not set up, arrives, or stopped", () => {
  const ping = { wanted: true, ok: true, detail: "refused", answered_s: 12 };
  assert.equal(SELF_TEST.ping({ ...ping, wanted: false }), "Nobody outside watches whether this service lives: no ping is set up.");
  assert.equal(SELF_TEST.ping(ping), "Somebody outside was told 12 s ago that it lives.");
  assert.equal(SELF_TEST.ping({ ...ping, ok: false }), "The sign of life stopped: refused.");
});

test("an event that did not happen has no time", () => {
  assert.equal(CLOSED.times("07:00", "09:00"), "opened 07:00, closed 09:00");
  assert.equal(CLOSED.times("07:00", null), "opened 07:00");
  assert.equal(CONTACTS.confirmed("07:00"), "confirmed 07:00");
  assert.equal(CONTACTS.confirmed(null), "never confirmed");
});

const burden = {
  sessions: 2, hours: 3.5, alarms: { high: 1, low: 2 }, per_hour: 0.86, answered: 2, median_s: 59.4, longest_s: 125,
  in_alarm_s: 60, blind_s: null, unattended_s: 0, rated: 2, useful: 1,
};
const figures = (more) => Object.fromEntries(burdenRows({ ...burden, ...more }));

test("the burden has a dash where there is nothing to measure", () => {
  const full = figures({});
  assert.equal(full.Alarms, "3: 1 high, 2 low");
  assert.equal(full["An hour"], "0.86");
  assert.equal(full["Taken after"], "59 s (median), 2 min at most");
  assert.equal(full["Unanswered, medium or high"], "1 min");
  assert.equal(full["Not monitored"], "\u2014");
  assert.equal(full["Nobody watched"], "0 s");
  assert.equal(full["Called useful"], "1 of 2");
  const empty = figures({ alarms: {}, per_hour: null, answered: 0, rated: 0 });
  assert.equal(empty.Alarms, "none");
  assert.equal(empty["An hour"], "\u2014");
  assert.equal(empty["Taken after"], "\u2014");
  assert.equal(empty["Called useful"], "none was rated");
});
