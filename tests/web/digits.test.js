import assert from "node:assert/strict";
import test from "node:test";
import { lines } from "../../monitor/page/words/alarms/alarms.js";
import { apart, exact, figure } from "../../monitor/page/words/digits.js";
import { reading } from "../../monitor/page/words/session/freshness.js";
import { headline } from "../../monitor/page/words/alarms/headline.js";
import { standing } from "../../monitor/page/words/alarms/standing.js";

const VITALS = ["hr", "sbp", "dbp", "temp"];
const plain = (text) => Number(text.replace("\u2212", "-"));

/** n random vital signs with value and limit, the same in each run: mulberry32. */
function* drawn(n, seed = 7) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = 0; i < n; i++) {
    const vital = VITALS[Math.floor(next() * VITALS.length)];
    const round = (v) => Number(v.toFixed(Math.floor(next() * 5)));
    const limit = round((vital === "temp" ? 35 : 40) + next() * 8);
    // Near the limit, because far from it every rounding is true.
    const value = round(limit + (next() - 0.5) * (next() < 0.5 ? 2 : 0.2));
    yield { vital, value, limit };
  }
}

test("what a value is to its limit is true to the eye, whatever they are", () => {
  for (const { vital, value, limit } of drawn(20_000)) {
    const [seen, against] = [figure(vital, value, [limit]), exact(vital, limit)];
    assert.equal(plain(against), limit);
    assert.equal(plain(seen) >= plain(against), value >= limit, `${vital} ${seen}, limit ${against} of ${value}, ${limit}`);
    const least = vital === "temp" ? 1 : 0;
    assert.ok((seen.split(".")[1] ?? "").length >= least);
    if (apart(vital, value, limit) === "0") assert.equal(plain(seen), plain(against));
  }
});

test("no more digits than the comparison needs", () => {
  const table = [
    ["hr", 92, 91.6, "92", "91.6"],
    ["hr", 92.4, 92.4, "92.4", "92.4"],
    ["hr", 92.44, 92.4, "92.4", "92.4"],
    ["hr", 91.6, 92, "91.6", "92"],
    ["hr", 92, 92.4, "92", "92.4"],
    ["hr", 92.6, 92.4, "93", "92.4"],
    ["hr", 124.7, 120, "125", "120"],
    ["temp", 38, 37.75, "38.0", "37.75"],
    ["temp", 37.76, 37.75, "37.8", "37.75"],
    ["temp", 38, 38, "38.0", "38.0"],
  ];
  for (const [vital, value, limit, seen, against] of table) {
    assert.deepEqual([figure(vital, value, [limit]), exact(vital, limit)], [seen, against]);
  }
  assert.equal(figure("hr", null, [90]), "\u2014");
  assert.equal(figure("hr", 92.4), "92");
});

test("the headline, the number and where it stands write one value and one limit", () => {
  for (const { vital, value, limit } of drawn(2000, 11)) {
    const limits = [{ condition: `${vital}_high`, vital, direction: "high", priority: "high", value: limit }];
    const alarm = {
      id: "a", condition: `${vital}_high`, vital, kind: "physiological", priority: "high", worst: "high",
      presence: "on", onset: "2026-11-23T14:00:00Z", reason: "", value, limit,
    };
    const vitals = { [vital]: { value, effective: alarm.onset, received: alarm.onset, state: "fresh" } };
    const e = { id: "e", patient_label: "Heron", alarms: [alarm], limits, vitals, baseline: {}, dosed_at: null };
    const code = ["sbp", "dbp"].includes(vital) ? "bp" : vital;
    const parts = reading(vitals, code, Date.parse(alarm.onset), limits).parts;
    const shown = vital === "dbp" ? parts[1] : parts[0];
    assert.equal(standing(vital, value, limits).split(" of ").at(-1), exact(vital, limit));
    if (value < limit) continue;
    const said = headline(lines([e])[0].parts[0]);
    assert.ok(said.endsWith(` ${shown}. Limit ${exact(vital, limit)}.`), `${said} beside ${shown}`);
  }
});

test("how far it is above or below is of what is written", () => {
  const limits = [{ vital: "hr", direction: "high", value: 92, priority: "low" }];
  assert.equal(standing("hr", 91.6, limits), "0.4 below the limit of 92");
  assert.equal(standing("hr", 92, limits), "at the limit of 92");
  assert.equal(standing("hr", 96, limits), "4 above the limit of 92");
});
