// Notices in the report: one row for each round, with its alarms, its channels and their results.

import assert from "node:assert/strict";
import { test } from "node:test";
import { roundsOf } from "../../monitor/page/words/record/rounds.js";
import { clock } from "../../monitor/page/words/strings.js";

const at = (second) => new Date(Date.parse("2026-11-23T10:15:00Z") + 1000 * second).toISOString();
const T = (second) => clock(Date.parse(at(second)));
const row = (more) => ({
  alarm: "e-1", contact: "Anna", contact_id: 1, channel: "json", priority: "high", round: 1, purpose: "alarm", state: "sent",
  attempts: 1, at: at(0), queued_at: at(0), sent_at: at(0), delivered_at: null, seen_at: null, declined_at: null,
  acknowledged_at: null, detail: "", message: "m1", ...more,
});
const NAMES = new Map([["e-1", "Systolic pressure high"], ["e-2", "Systolic pressure above the baseline"]]);
const sent = `sent ${T(0)}`;
const brief = (notices) => roundsOf(notices, NAMES).map((r) => [r.to, r.by, r.of, r.fate]);

for (const [name, notices, expected] of [
  ["none", [], []],
  ["one", [row()], [["Anna", "json", "High alarm: Systolic pressure high", sent]]],
  ["two alarms of a rise, two channels", ["e-1", "e-2"].flatMap((alarm) => ["json", "mail"].map((channel) => row({ alarm, channel }))),
    [["Anna", "json, mail", "High alarm: Systolic pressure high; Systolic pressure above the baseline", sent]]],
  ["the next round", [row(), row({ round: 2, queued_at: at(180) })],
    [["Anna", "json", "High alarm: Systolic pressure high", sent], ["Anna", "json", "High alarm, notice 2: Systolic pressure high", sent]]],
  ["another person, another priority", [row(), row({ contact: "Bert", contact_id: 2 }), row({ priority: "medium", alarm: "e-2" })],
    [["Anna", "json", "High alarm: Systolic pressure high", sent], ["Bert", "json", "High alarm: Systolic pressure high", sent],
      ["Anna", "json", "Medium alarm: Systolic pressure above the baseline", sent]]],
  ["one channel failed", [row(), row({ channel: "mail", state: "failed", sent_at: null, detail: "refused" })],
    [["Anna", "json, mail", "High alarm: Systolic pressure high", `json: ${sent}; mail: failed ${T(0)}: refused`]]],
  ["one alarm of two was taken", [row(), row({ alarm: "e-2", acknowledged_at: at(60) })],
    [["Anna", "json", "High alarm: Systolic pressure high; Systolic pressure above the baseline",
      `json, Systolic pressure high: ${sent}; json, Systolic pressure above the baseline: ${sent}, acknowledged ${T(60)}`]]],
  ["a test", [row({ purpose: "test", alarm: null })], [["Anna", "json", "A test", sent]]],
]) {
  test(`rounds of notices: ${name}`, () => assert.deepEqual(brief(notices), expected));
}

test("in the order of time, whatever they came in", () => {
  const found = roundsOf([row({ round: 2, queued_at: at(180) }), row()], NAMES);
  assert.deepEqual(found.map((r) => r.at), [0, 180].map((second) => Date.parse(at(second))));
});
