// Since when an alarm is high, its first priority, and since when no one has taken it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { words } from "../../monitor/page/words/alarms/alarms.js";
import { alarmSince, answer, besideSince, called, priorityHistory } from "../../monitor/page/words/alarms/since.js";
import { clock } from "../../monitor/page/words/strings.js";

const DAY = "2026-11-23T";
const at = (hm) => `${DAY}${hm}:00Z`;
const local = (hm) => clock(Date.parse(at(hm)));
/** The times of the table in the local time zone. */
const here = (words) => words.replace(/\d\d:\d\d/g, local);
const alarm = (more) => {
  const onset = more.onset ?? at("06:57");
  return {
    presence: "on", priority: "low", worst: more.priority ?? "low", began: more.priority ?? "low",
    priority_since: onset, worst_since: onset, called_at: onset, raised_at: onset, cleared_at: null,
    acknowledged_at: null, acknowledged_by: null, ...more, onset,
  };
};
const risen = (more) => alarm({
  priority: "high", worst: "high", began: "low", priority_since: at("07:04"), worst_since: at("07:04"),
  called_at: at("07:04"), ...more,
});
const taken = { acknowledged_at: at("06:59"), acknowledged_by: "thea" };

for (const [name, alarms, words] of [
  ["none", [], ""],
  ["high from its onset on", [alarm({ priority: "high" })], ""],
  ["rose", [risen()],
    "High since 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04."],
  ["rose after it was taken", [risen(taken)],
    "High since 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04 (thea did 06:59)."],
  ["rose and was taken", [risen({ presence: "acknowledged", acknowledged_at: at("07:05"), acknowledged_by: "thea" })],
    "High since 07:04, began 06:57 as low."],
  ["rose and eased", [risen({ priority: "low", priority_since: at("07:20") })],
    "Low since 07:20, high from 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04."],
  ["eased", [alarm({ priority: "low", worst: "high", began: "high", priority_since: at("07:20") })],
    "Low since 07:20, high from 06:57."],
  ["rose twice", [risen({ priority_since: at("07:30"), called_at: at("07:30") })],
    "High since 07:30, began 06:57 as low. Nobody has acknowledged it since 07:30."],
  ["over", [alarm({ priority: "high", presence: "latched", cleared_at: at("07:20") })],
    "Over since 07:20, high from 06:57."],
  ["rose and is over", [risen({ presence: "latched", cleared_at: at("07:20") })],
    "Over since 07:20, high from 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04."],
  ["still there ten minutes after it was taken",
    [alarm({ priority: "high", called_at: at("07:09"), ...taken })],
    "Nobody has acknowledged it since 07:09 (thea did 06:59)."],
  ["of an older version", [risen({ began: null, priority_since: null, worst_since: null, called_at: null })], ""],
  ["of an older version, risen since",
    [risen({ began: null })],
    "High since 07:04, began 06:57. Nobody has acknowledged it since 07:04."],
  ["the worst of the line speaks", [alarm({}), risen({ onset: at("06:50") })],
    "High since 07:04, began 06:50 as low. Nobody has acknowledged it since 07:04."],
  ["what is high for longest speaks of two",
    [risen(), alarm({ priority: "high", onset: at("07:02") })], ""],
  ["what nobody has taken speaks before what somebody has",
    [risen(), alarm({ priority: "high", onset: at("06:40"), presence: "acknowledged" })],
    "High since 07:04, began 06:57 as low. Nobody has acknowledged it since 07:04."],
]) {
  test(`since: ${name}`, () => assert.equal(alarmSince(alarms), here(words)));
}

test("waiting counts from the rise, of what somebody has to take", () => {
  assert.equal(called([risen()]), Date.parse(at("07:04")));
  assert.equal(called([risen(), alarm({ presence: "acknowledged" })]), Date.parse(at("07:04")));
  assert.equal(called([alarm({ presence: "acknowledged" })]), Date.parse(at("06:57")));
  assert.equal(called([alarm({ called_at: null, raised_at: at("06:58") })]), Date.parse(at("06:58")));
});

test("on paper a time may have its date", () => {
  assert.equal(priorityHistory(risen(), (t) => `<${t}>`).match(/</g).length, 2);
});

for (const { name, alarm: one, chip, answer: said } of JSON.parse(
  readFileSync(new URL("../golden/standing.json", import.meta.url), "utf8"),
)) {
  test(`who has it: ${name}`, () => {
    assert.equal(answer(one), here(said));
    assert.equal(words(one), chip);
  });
}

test("beside another headline it says by itself that it waits", () => {
  assert.equal(besideSince([alarm({})]), "Nobody has acknowledged it.");
  assert.equal(besideSince([alarm({ presence: "acknowledged", acknowledged_by: "thea" })]), "");
  assert.equal(besideSince([risen(taken)]), alarmSince([risen(taken)]));
});

test("waiting is of the worst, not of what waits for longer beside it", () => {
  assert.equal(called([alarm({ called_at: at("06:40") }), risen()]), Date.parse(at("07:04")));
});

test("a priority that it has anew since a later time is named with that time", () => {
  const again = alarm({ priority_since: at("07:20"), presence: "acknowledged" });
  assert.equal(alarmSince([again]), here("Low since 07:20."));
});

test("an acknowledgement without a time is not one that came before", () => {
  assert.equal(answer(alarm({ acknowledged_by: "thea" })), "Nobody has acknowledged it.");
});
