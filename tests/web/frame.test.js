import assert from "node:assert/strict";
import test from "node:test";
import { BAR, HEAD, LOST, alarmOf, title } from "../../monitor/page/words/frame.js";

test("the title of the tab names the lost link, else the worst alarm, else the product alone", () => {
  assert.equal(title(true, "High: Heron"), "Link lost. Dosing Monitor");
  assert.equal(title(false, "High: Heron"), "High: Heron. Dosing Monitor");
  assert.equal(title(false, ""), "Dosing Monitor");
});

test("one is one, and several are several", () => {
  assert.deepEqual([1, 2].map(HEAD.away), ["1 alarm while you were away", "2 alarms while you were away"]);
  assert.deepEqual([1, 2].map(HEAD.lost), ["1 alarm while the link was lost", "2 alarms while the link was lost"]);
  assert.deepEqual([1, 3].map(BAR.sessions), ["1 session", "3 sessions"]);
});

test("a person who may not act is said to look on", () => {
  assert.equal(HEAD.signedIn("thea", true), "Signed in as thea");
  assert.equal(HEAD.signedIn("thea", false), "Signed in as thea, looks on");
});

test("while a try runs there is no time to the next one", () => {
  assert.equal(LOST.next("4 s"), "Next try in 4 s.");
  assert.equal(LOST.next(false), "Trying.");
});

test("a notification names the priority and the patient", () => {
  assert.equal(alarmOf("medium", "Heron"), "Medium alarm: Heron");
});
