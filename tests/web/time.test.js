import assert from "node:assert/strict";
import test from "node:test";
import { UNHEARD, hear, serverNow } from "../../monitor/page/words/time.js";

const T = Date.parse("2026-11-23T14:00:00Z");

test("unknown before anything was heard", () => {
  assert.equal(serverNow(UNHEARD, 123), null);
});

test("carried on by the monotonic clock", () => {
  const clock = hear(UNHEARD, T, 1, 5000);
  assert.equal(serverNow(clock, 5000), T);
  assert.equal(serverNow(clock, 17_000), T + 12_000);
});

test("a fast service clock runs fast between heartbeats", () => {
  const clock = hear(UNHEARD, T, 60, 5000);
  assert.equal(serverNow(clock, 6000), T + 60_000);
});

test("a late message does not make things younger", () => {
  const clock = hear(UNHEARD, T, 1, 0);
  const late = hear(clock, T + 1000, 1, 1800);
  const error = serverNow(late, 1800) - (T + 1800);
  assert.ok(error <= 0 && error > -20, `off by ${error} ms`);
});

test("an earlier offset was the late one", () => {
  const clock = hear(hear(UNHEARD, T, 1, 900), T + 1000, 1, 1000);
  assert.equal(serverNow(clock, 1000), T + 1000);
});

test("a server clock that was set back is followed at once", () => {
  const clock = hear(hear(UNHEARD, T, 1, 0), T - 60_000, 1, 1000);
  assert.equal(serverNow(clock, 1000), T - 60_000);
});
