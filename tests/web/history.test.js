import assert from "node:assert/strict";
import test from "node:test";
import { earlierFound } from "../../monitor/page/words/session/view.js";
import { addLive, addRows, beats as came, emptyHistory, line, silences, systolicCourse, thin, valuesOf } from "../../monitor/page/server/history.js";

const iso = (seconds) => new Date(seconds * 1000).toISOString();
const row = (vital, seconds, value, state = "accepted", reason = "") => ({
  vital,
  effective: iso(seconds),
  value,
  state,
  reason,
});
const beats = (...seconds) => {
  const history = emptyHistory();
  addRows(history, seconds.map((s) => row("hr", s, 60 + s)));
  return history.hr;
};

test("rows in any order, and some twice, make one ascending line", () => {
  const { t, v } = beats(3, 1, 2, 3, 1);
  assert.deepEqual(t, [1000, 2000, 3000]);
  assert.deepEqual(v, [61, 62, 63]);
});

test("a live value and its stored row are one point", () => {
  const history = emptyHistory();
  addLive(history, { hr: { value: 70, effective: iso(5), state: "fresh" } });
  addRows(history, [row("hr", 5, 70)]);
  assert.deepEqual(history.hr, { t: [5000], v: [70] });
});

test("silence is a gap, never a bridge", () => {
  const [times, values] = line(beats(1, 2, 30, 31), 0, 60_000);
  assert.deepEqual(values, [61, 62, null, 90, 91]);
  assert.ok(times[2] > 2000 && times[2] < 30_000);
  assert.deepEqual(silences(beats(1, 2, 90), 0, 100_000, 60_000), [{ from: 2000, until: 90_000 }]);
});

test("a fast service clock spreads live values without tearing the line", () => {
  assert.ok(!line(beats(0, 15, 30), 0, 60_000, 60)[1].includes(null));
});

test("a doubted heart rate is never in the line, and is no silence either", () => {
  const history = emptyHistory();
  addLive(history, { hr: { value: 210, effective: iso(2), state: "fresh" } });
  addRows(history, [row("hr", 1, 70), row("hr", 2, 210, "suspect"), row("hr", 90, 71)]);
  addLive(history, { hr: { value: 210, effective: iso(2), state: "stale" } });
  assert.deepEqual(history.hr, { t: [1000, 90_000], v: [70, 71] });
  assert.deepEqual(history.doubted, { t: [2000], v: [210] });
  addRows(history, [row("hr", 45, 200, "suspect")]);
  assert.deepEqual(silences(came(history), 0, 100_000, 60_000), []);
});

test("what was in doubt is told as such, of every vital sign", () => {
  const history = emptyHistory();
  addRows(history, ["hr", "temp", "sbp", "dbp"].flatMap((vital) => [row(vital, 1, 50), row(vital, 2, 90, "suspect")]));
  addLive(history, { temp: { value: 90, effective: iso(2), state: "stale" } });
  const values = valuesOf(history);
  for (const vital of ["hr", "temp", "sbp", "dbp"]) {
    assert.deepEqual(values[vital], [{ t: 1000, v: 50, doubt: false }, { t: 2000, v: 90, doubt: true }], vital);
  }
});

test("rejected readings are kept apart with their cause", () => {
  const history = emptyHistory();
  const bad = row("sbp", 10, 158, "rejected", "cuff loose");
  addRows(history, [bad, bad, row("sbp", 20, 130), row("dbp", 20, 80)]);
  assert.deepEqual(history.rejected, [{ t: 10_000, vital: "sbp", value: 158, reason: "cuff loose" }]);
  assert.deepEqual(history.bp, [{ t: 20_000, sbp: 130, dbp: 80, state: "accepted" }]);
});

test("thinning keeps the lowest and the highest of each slot, and the gaps", () => {
  const times = [0, 1, 2, 3, 10, 11, 12, 13];
  const values = [5, 9, 1, 4, null, 7, 7, 6];
  assert.deepEqual(thin([times, values], 10), [[1, 2, 10, 12, 13], [9, 1, null, 7, 6]]);
});

test("an earlier course counts its minutes from its own first dose and leaves out what was rejected", () => {
  const zero = Date.parse("2026-10-01T10:00:00Z");
  const row = (minute, value, state = "accepted") => ({
    value,
    state,
    effective: new Date(zero + minute * 60_000).toISOString(),
  });
  const rows = [row(15, 140), row(-3, 120), row(30, 300, "rejected"), row(31, 150, "suspect")];
  assert.deepEqual(systolicCourse(rows, zero), [
    { minute: -3, value: 120 },
    { minute: 15, value: 140 },
    { minute: 31, value: 150 },
  ]);
  assert.equal(earlierFound(null), "Looking for earlier sessions.");
  assert.equal(earlierFound([]), "No earlier session with a dose.");
  assert.match(earlierFound([[], []]), /2 earlier sessions/);
});
