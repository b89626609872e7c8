// Lengths of time: the difference of the two times as written, regardless of their seconds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SECOND, between, minutesFrom, together } from "../../monitor/page/words/lengths.js";
import { clock } from "../../monitor/page/words/strings.js";

const DAY = new Date(2026, 10, 23).getTime();
/** Random pairs of times, the same in each run. */
function* some(count) {
  let seed = 7;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let i = 0; i < count; i++) {
    const from = DAY + Math.floor(next() * 80_000_000);
    yield [from, from + Math.floor(next() ** 3 * 6_000_000)];
  }
}
const minutes = (t) => clock(t).split(":").reduce((h, m) => Number(h) * 60 + Number(m), 0);
const seconds = (t) => clock(t, true).split(":").reduce((sum, n) => sum * 60 + Number(n), 0);
const read = (text) => [...text.matchAll(/(\d+) (min|s)/g)].reduce((sum, [, n, unit]) => sum + n * (unit === "min" ? 60 : 1), 0);

test("a length is the difference of its two times as they are written", () => {
  for (const [from, until] of some(3000)) {
    const written = minutes(until) - minutes(from);
    const said = between(from, until);
    if (written) assert.equal(said, `${written} min`);
    else assert.ok(read(said) < 60 && said.endsWith(" s"), said);
    assert.equal(read(between(from, until, SECOND)), seconds(until) - seconds(from));
  }
});

test("lengths of stretches that follow one another add up to that of the whole", () => {
  for (const [from, until] of some(500)) {
    const middle = from + Math.floor((until - from) / 3);
    const parts = [{ from, until: middle }, { from: middle, until }];
    if (minutes(until) !== minutes(from)) assert.equal(together(parts), between(from, until));
  }
});

for (const [from, until, said] of [
  ["23:56:50", "00:28:10", "32 min"], ["00:00:59", "00:01:01", "1 min"], ["00:00:01", "00:00:41", "40 s"],
  ["00:00:00", "00:00:00", "0 s"], ["00:00:00", "02:00:59", "120 min"],
]) {
  test(`from ${from} to ${until}: ${said}`, () => {
    const at = (text) => DAY + text.split(":").reduce((sum, n) => sum * 60 + Number(n), 0) * 1000;
    assert.equal(between(at(from), at(until) + (until < from ? 86_400_000 : 0)), said);
  });
}

test("to the second, and the minutes since a dose", () => {
  assert.equal(between(DAY + 500, DAY + 470_100, SECOND), "7 min 50 s");
  assert.equal(between(DAY, DAY + 60_000, SECOND), "1 min");
  assert.deepEqual([-61, -30, 0, 59, 60, 274].map((s) => minutesFrom(DAY, DAY + s * 1000)), [-1, 0, 0, 1, 1, 5]);
});
