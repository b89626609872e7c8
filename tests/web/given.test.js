import assert from "node:assert/strict";
import test from "node:test";
import { further, given, since } from "../../monitor/web/static/given.js";
import { clock } from "../../monitor/web/static/strings.js";

const T = Date.parse("2026-11-23T07:02:00Z");
const at = (min) => new Date(T + min * 60_000).toISOString();
const time = (min) => clock(T + min * 60_000);
const dose = (min, amount_mg, drug = "Ketamine", route = "sublingual") => ({
  at: at(min), drug, route, amount_mg,
});
const session = (...doses) => ({
  doses, dosed_at: doses[0]?.at ?? null, last_dose_at: doses.at(-1)?.at ?? null,
});

const TABLE = [
  [session(), [], "", "no dose yet"],
  [
    session(dose(0, 100)),
    [`Ketamine 100 mg sublingual at ${time(0)}, 62 min ago`],
    `100 mg at ${time(0)}. This is the second.`,
    "62 min",
  ],
  [
    session(dose(0, 100, "ketamine"), dose(47, 50.5, "Ketamine ", "Sublingual")),
    [
      `Ketamine 100 mg sublingual at ${time(0)}, 62 min ago`,
      `50.5 mg at ${time(47)}, 15 min ago`,
      "150.5 mg in all",
    ],
    `100 mg at ${time(0)}, 50.5 mg at ${time(47)}. This is the third.`,
    "15 min since the last dose, 62 min since the first",
  ],
  [
    session(dose(0, 100), dose(20, 0.1, "Lorazepam", "oral")),
    [
      `Ketamine 100 mg sublingual at ${time(0)}, 62 min ago`,
      `Lorazepam 0.1 mg oral at ${time(20)}, 42 min ago`,
      "Ketamine 100 mg, Lorazepam 0.1 mg in all",
    ],
    `100 mg at ${time(0)}, 0.1 mg at ${time(20)}. This is the third.`,
    "42 min since the last dose, 62 min since the first",
  ],
];

for (const [e, lines, form, head] of TABLE) {
  test(`after ${e.doses.length} doses: ${head}`, () => {
    const now = T + 62.9 * 60_000;
    assert.deepEqual(given(e, now), lines);
    assert.equal(further(e), form);
    assert.equal(since(e, now), head);
  });
}

test("tenths of milligrams add up to what people would write", () => {
  assert.equal(given(session(dose(0, 0.1), dose(1, 0.2)), T).at(-1), "0.3 mg in all");
});
