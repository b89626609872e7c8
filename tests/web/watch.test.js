import assert from "node:assert/strict";
import test from "node:test";
import { begin, heard, linkState, look, retryDelay, slept } from "../../monitor/page/server/watch.js";

const live = () => heard(begin(0), 100, true);

test("nothing is live before the first snapshot", () => {
  assert.equal(linkState(begin(0)), "waiting");
  assert.equal(linkState(heard(begin(0), 50, false)), "waiting");
  assert.equal(linkState(live()), "live");
});

test("two heartbeats' silence is a lost link, to the millisecond", () => {
  assert.equal(linkState(look(live(), 4100)), "live");
  const lost = look(live(), 4101);
  assert.equal(linkState(lost), "lost");
  assert.equal(lost.lostSince, 100, "lost since it was last heard");
});

test("a server that never answers is a lost link too", () => {
  assert.equal(linkState(look(begin(0), 4001)), "lost");
});

test("after a loss only a snapshot uncovers", () => {
  const lost = look(live(), 9000);
  assert.equal(linkState(heard(lost, 9100, false)), "lost");
  assert.equal(linkState(heard(lost, 9100, true)), "live");
});

test("a message in time keeps the link", () => {
  const later = heard(live(), 3000, false);
  assert.equal(linkState(look(later, 7000)), "live");
});

test("after a sleep nothing shown is known, however short it seemed", () => {
  const awake = slept(live(), 200);
  assert.equal(linkState(awake), "lost");
  assert.equal(linkState(heard(awake, 300, true)), "live");
});

test("tries never end and never come in step", () => {
  assert.ok(retryDelay(0, 0.5) < 250);
  for (const attempt of [5, 50, 5000]) {
    assert.equal(retryDelay(attempt, 0), 2500);
    assert.equal(retryDelay(attempt, 1), 5000);
  }
});
