// Labels of a drawing never overlap, however close together the named things are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { height, joined, rowsOf, spread, wide } from "../../monitor/page/drawing/places.js";

/** Random lists of places, the same in each run. */
function* some(count, most) {
  let seed = 11;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let n = 0; n < count; n++) {
    yield Array.from({ length: 1 + Math.floor(next() * most) }, () => Math.floor(next() * 600));
  }
}

test("no two labels of a row meet, and none stands higher than it must", () => {
  for (const places of some(500, 8)) {
    const labels = places.map((x, i) => ({ x, text: "7 min".repeat(1 + (i % 3)) }));
    const rows = rowsOf(labels);
    const meet = (a, b) => Math.abs(a.x - b.x) < (wide(a.text) + wide(b.text)) / 2;
    labels.forEach((a, i) => labels.slice(i + 1).forEach((b, j) => {
      if (rows[i] === rows[i + 1 + j]) assert.ok(!meet(a, b), JSON.stringify([a, b]));
    }));
    if (labels.every((a, i) => labels.slice(i + 1).every((b) => !meet({ ...a, x: a.x - 9 }, b) && !meet({ ...a, x: a.x + 9 }, b)))) {
      assert.equal(height(rows), 1);
    }
  }
  assert.deepEqual(rowsOf([]), []);
});

test("a label keeps off what has its row already, and goes by the width that was measured", () => {
  const now = { x: 100, text: "now", row: 1 };
  assert.deepEqual(rowsOf([{ x: 100, text: "Onset" }, { x: 104, text: "Peak" }], [now]), [0, 2]);
  assert.deepEqual(rowsOf([{ x: 100, text: "Onset" }, { x: 300, text: "Peak" }], [now]), [0, 0]);
  assert.deepEqual(rowsOf([{ x: 100, text: "Onset", wide: 10 }, { x: 120, text: "Peak", wide: 10 }]), [0, 0]);
  assert.deepEqual(rowsOf([{ x: 100, text: "Onset", wide: 90 }, { x: 120, text: "Peak", wide: 10 }]), [0, 1]);
});

test("labels that would lie on one another are one, and nothing of them is lost", () => {
  for (const places of some(500, 8)) {
    const labels = places.sort((a, b) => a - b).map((x, i) => ({ x, text: `${i} mg` }));
    const found = joined(labels);
    assert.equal(found.map((one) => one.text).join(", "), labels.map((one) => one.text).join(", "));
    found.slice(1).forEach((b, i) => assert.ok(b.x - found[i].x >= (wide(b.text) + wide(found[i].text)) / 2));
  }
  assert.deepEqual(joined([{ x: 10, text: "75 mg" }, { x: 90, text: "50 mg" }, { x: 100, text: "25 mg" }]).map(({ x, text }) => [x, text]),
    [[10, "75 mg"], [95, "50 mg, 25 mg"]]);
});

test("places are apart, in their order, near where they belong, and inside", () => {
  for (const places of some(500, 8)) {
    const found = spread(places, 13, 640);
    const order = places.map((at, i) => [at, found[i]]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    order.slice(1).forEach(([, b], i) => assert.ok(b - order[i][1] >= 13 - 1e-9));
    assert.ok(Math.max(...found) <= 640);
    if (order.slice(1).every(([at], i) => at - order[i][0] >= 13)) assert.deepEqual(found, places);
  }
});
