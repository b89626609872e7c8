import assert from "node:assert/strict";
import test from "node:test";
import { begins, counted, further, given, minuteOf, minuteShort, sinceDose, sinceEachDose } from "../../monitor/page/words/session/given.js";
import { clock } from "../../monitor/page/words/strings.js";

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
    assert.equal(sinceEachDose(e, now), head);
  });
}

test("tenths of milligrams add up to what people would write", () => {
  assert.equal(given(session(dose(0, 0.1), dose(1, 0.2)), T).at(-1), "0.3 mg in all");
});

const OPENED = { opened_at: at(-20) };
const one = { ...OPENED, ...session(dose(0, 100)) };
const two = { ...OPENED, ...session(dose(0, 100), dose(40, 50)) };
const three = { ...OPENED, ...session(dose(0, 100), dose(40, 50), dose(60, 25)) };

const MINUTES = [
  [{ ...OPENED, ...session() }, 12, "32 min"],
  [one, -5, "\u22125 min"],
  [one, 72, "72 min"],
  [two, -5, "5 min before the first dose"],
  [two, 39, "39 min after the first dose"],
  [two, 40, "40 min after the first dose"],
  [two, 72, "72 min after the first dose"],
  [three, 50, "50 min after the first dose"],
  [three, 72, "72 min after the first dose"],
];

for (const [e, minute, said] of MINUTES) {
  test(`minute ${minute} of ${e.doses.length} doses is ${said}`, () => {
    assert.equal(minuteOf(e, T + minute * 60_000), said);
  });
}

test("what minutes count from is named, and which dose where there are several", () => {
  const named = [{ ...OPENED, ...session() }, one, two, three].map(begins);
  assert.deepEqual(named, ["the session was opened", "the dose", "the first dose", "the first dose"]);
});

test("a lone count says that it is of the last of several doses", () => {
  const now = T + 72.9 * 60_000;
  const told = [one, two, three].map((e) => [sinceDose(e, now), counted(e)]);
  assert.deepEqual(told, [["72 min", ""], ["32 min", "last dose"], ["12 min", "last dose"]]);
});

test("where there is little room a minute still says which dose", () => {
  const short = (e, minute) => minuteShort(e, T + minute * 60_000);
  assert.deepEqual([short(one, 72), short(two, 72), short(two, 0), short(two, -5)], [
    "72 min", "First dose + 72 min", "First dose + 0 min", "First dose \u2212 5 min",
  ]);
});
