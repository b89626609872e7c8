import assert from "node:assert/strict";
import test from "node:test";
import { viewOf } from "../../monitor/page/server/address.js";

const WALL = { view: "wall", id: null, wrong: null };

for (const [hash, view, id] of [
  ["#/session/e-1", "session", "e-1"],
  ["#/report/e%201", "report", "e 1"],
  ["#/start", "start", null],
  ["#/clinic/", "clinic", null],
]) {
  test(`${hash} is a view`, () => assert.deepEqual(viewOf(hash), { view, id, wrong: null }));
}

for (const hash of ["", "#", "#/"]) {
  test(`"${hash}" is the wall`, () => assert.deepEqual(viewOf(hash), WALL));
}

for (const hash of [
  "#/sesion/e-1", "#/session", "#/session/", "#/report", "#/clinic/e-1", "#/start/now", "#/session/%E0%A4%A",
  "#/session/%", "#/constructor", "#/__proto__/e-1", "#/toString", "#nonsense", "#//", "#/%00",
]) {
  test(`${hash} is the wall, which says so`, () => assert.deepEqual(viewOf(hash), { ...WALL, wrong: hash }));
}

test("what is very long is not shown whole", () => {
  const { wrong } = viewOf(`#/${"x".repeat(10_000)}`);
  assert.equal(wrong.length, 61);
});
