import assert from "node:assert/strict";
import test from "node:test";
import { EMPTY, open, reconnected, reduce } from "../../monitor/page/server/state.js";
import { golden, story } from "./golden.js";

const play = (messages, from = EMPTY) => messages.reduce(reduce, from);
const upTo = (seq) => story().filter((m) => m.seq <= seq);
const presences = (state) => state.encounters["e-7f3a"].alarms.map((a) => [a.id, a.presence]);

test("a whole session, message by message, leaves no gap", () => {
  let state = EMPTY;
  for (const message of story()) {
    state = reduce(state, message);
    assert.equal(state.behind, false, `after ${message.seq}`);
    assert.equal(state.seq, message.seq);
  }
  assert.deepEqual(open(state), [], "the session was closed at its end");
});

test("an alarm is there as soon as its transition is, without waiting for a status", () => {
  const before = play(upTo(5));
  assert.deepEqual(presences(before), []);
  const after = reduce(before, golden("alarm-raised"));
  assert.deepEqual(presences(after), [["e-7f3a-1", "on"]]);
  assert.equal(after.encounters["e-7f3a"].alarms[0].reason, golden("alarm-raised").alarm.reason);
  assert.deepEqual(presences(before), [], "the earlier state is not touched");
});

test("acknowledged stays, off goes", () => {
  assert.deepEqual(presences(play(upTo(11))), [
    ["e-7f3a-1", "acknowledged"],
    ["e-7f3a-2", "acknowledged"],
  ]);
  assert.deepEqual(presences(play(upTo(14))), []);
  assert.deepEqual(presences(play(upTo(16))), [["e-7f3a-3", "latched"]]);
  assert.deepEqual(presences(play(upTo(18))), []);
});

test("a transition keeps the alarm in its place", () => {
  const state = reduce(play(upTo(9)), golden("alarm-acknowledged"));
  assert.deepEqual(presences(state), [
    ["e-7f3a-1", "acknowledged"],
    ["e-7f3a-2", "on"],
  ]);
});

test("a missing number means behind, until a snapshot", () => {
  const gap = reduce(play(upTo(5)), { ...golden("alarm-raised"), seq: 7 });
  assert.equal(gap.behind, true);
  assert.deepEqual(presences(gap), [["e-7f3a-1", "on"]], "what did come is not thrown away");
  const later = reduce(gap, { type: "heartbeat", seq: 8, server_time: "2026-11-23T14:00:00Z" });
  assert.equal(later.behind, true);
  assert.equal(reduce(later, golden("snapshot-rejoined")).behind, false);
});

test("nothing but a snapshot begins a connection", () => {
  for (const seq of [1, 5]) {
    assert.equal(reduce(EMPTY, { ...golden("status-calm"), seq }).behind, true);
  }
  const again = reconnected(play(upTo(5)));
  assert.equal(reduce(again, golden("heartbeat")).behind, true);
  assert.equal(reduce(again, { ...golden("snapshot"), seq: 1 }).behind, false);
});

test("an alarm of a session that the page does not know asks for a snapshot", () => {
  const state = play([golden("snapshot-empty"), { ...golden("alarm-raised"), seq: 2 }]);
  assert.equal(state.behind, true);
});

test("alarms that came while the link was lost are counted", () => {
  const before = play(upTo(5));
  assert.equal(before.away, 0);
  const after = reduce(reconnected(before), golden("snapshot-rejoined"));
  assert.equal(after.away, 2);
  assert.equal(reduce(reconnected(after), { ...golden("snapshot-rejoined"), seq: 1 }).away, 0);
});

test("a snapshot keeps the rows in their places and adds new ones below", () => {
  const one = golden("snapshot").encounters[0];
  const named = (id) => ({ ...one, id });
  const first = reduce(EMPTY, { type: "snapshot", seq: 1, encounters: ["a", "b", "c"].map(named) });
  const second = reduce(first, { type: "snapshot", seq: 2, encounters: ["d", "c", "a"].map(named) });
  assert.deepEqual(second.order, ["a", "c", "d"]);
});

test("a message of an unknown type is counted and ignored", () => {
  const state = play(upTo(5));
  assert.deepEqual(reduce(state, { type: "weather", seq: 6 }), { ...state, seq: 6 });
});
