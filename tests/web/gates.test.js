import assert from "node:assert/strict";
import test from "node:test";
import { FRESH, follow, furtherDose, gateOf, refuse, sent, shown, unmet } from "../../monitor/page/words/session/gates.js";
import { golden } from "./golden.js";

const HR = { id: "hr", text: "A present clean heart rate of 50 to 100: 124." };
const SITTER = { id: "sitter", text: "A sitter is named: none." };
const medium = { id: "alarm:e-1-3:medium", text: "Systolic pressure without a medium alarm: 166, limit 165." };
const high = { id: "alarm:e-1-3:high", text: "Systolic pressure without a high alarm: 190, limit 180." };

const status = (conditions, dosed = null) => ({
  ...golden("status-cuff-unknown-age").encounter,
  dosed_at: dosed,
  gates: [{ gate: dosed ? "discharge" : "hold", unmet: conditions }],
});
const typed = (state, reason) => ({ ...state, reason });

test("nothing is asked before the server refused, and the gate is on the form all the same", () => {
  const e = status([HR, SITTER]);
  assert.deepEqual(unmet(FRESH, e, "dose"), [HR, SITTER]);
  assert.equal(shown(FRESH, e, "dose"), false);
  assert.deepEqual(sent(typed(FRESH, "seen"), e, "dose"), {});
});

test("a reason goes past the conditions on the screen, by name", () => {
  const e = status([HR, SITTER]);
  const state = typed(refuse(FRESH, [HR, SITTER], e), " calm, seen on video ");
  assert.deepEqual(sent(state, e, "dose"), {
    override_reason: "calm, seen on video", overrides: ["hr", "sitter"],
  });
  assert.deepEqual(sent({ ...state, by: "Dr A" }, e, "dose").authorised_by, "Dr A");
});

test("what the form asks for itself counts as it stands in it now, whatever was refused", () => {
  const e = status([HR], "2026-11-02T10:00:00.000Z");
  const AWAKE = { id: "alert", text: "The patient is awake and answers: not confirmed." };
  const open = [{ ...AWAKE, holds: false }];
  const ticked = [{ ...AWAKE, holds: true }];
  assert.deepEqual(unmet(FRESH, e, "close", open), [HR, AWAKE]);
  assert.deepEqual(unmet(FRESH, e, "close", ticked), [HR]);
  const state = typed(refuse(FRESH, [HR, AWAKE], e), "he went home");
  assert.deepEqual(sent(state, e, "close", open).overrides, ["hr", "alert"]);
  assert.deepEqual(sent(state, e, "close", ticked), {});
  assert.equal(follow(state, e, "close", ticked).changed, "reason");
  assert.deepEqual(unmet(refuse(FRESH, [AWAKE], e), status([], e.dosed_at), "close", ticked), []);
});

test("another figure of the same condition keeps the reason, the figure on the form is live", () => {
  const e = status([HR]);
  const state = typed(refuse(FRESH, [HR], e), "seen");
  const later = status([{ ...HR, text: "A present clean heart rate of 50 to 100: 131." }]);
  assert.equal(follow(state, later, "dose"), state);
  assert.match(unmet(state, later, "dose")[0].text, /131/);
});

test("with any change of the gate the reason is gone", () => {
  const e = status([HR, medium]);
  const state = typed(refuse(FRESH, [HR, medium], e), "seen");
  for (const changed of [[HR], [HR, high], [HR, medium, SITTER], []]) {
    const after = follow(state, status(changed), "dose");
    assert.deepEqual([after.reason, after.changed], ["", "reason"]);
    assert.deepEqual(sent(after, status(changed), "dose"), {});
  }
});

test("fields that nobody wrote in yet go without a word of a reason", () => {
  const state = refuse(FRESH, [HR], status([HR]));
  assert.equal(follow(state, status([SITTER]), "dose").changed, "asked");
});

test("what was typed before any dose does not outlive the dose", () => {
  const dosed = status([HR], "2026-11-23T10:00:00Z");
  const after = follow(typed(FRESH, "came too late"), dosed, "close");
  assert.deepEqual([after.reason, after.changed], ["", "reason"]);
});

test("a gate that became good needs no reason", () => {
  const state = typed(refuse(FRESH, [HR], status([HR])), "seen");
  assert.equal(shown(state, status([]), "dose"), false);
  assert.deepEqual(sent(state, status([]), "dose"), {});
});

test("before any dose a reason is enough to close, and it is asked at once", () => {
  const e = { ...status([HR]), dosed_at: null };
  assert.equal(shown(FRESH, e, "close"), true);
  assert.deepEqual(sent(typed(FRESH, "came too late"), e, "close"), {
    override_reason: "came too late", overrides: ["reason"],
  });
});

test("a refusal that no gate shows live stands until the next one", () => {
  const e = { ...status([], "2026-11-23T10:00:00Z") };
  const protocol = { id: "protocol", text: "A second dose in the protocol: sl_home has none." };
  const state = refuse(FRESH, [protocol], e);
  assert.deepEqual(unmet(state, { ...e }, "dose"), [protocol]);
  assert.equal(shown(state, { ...e }, "dose"), true);
});

/** A generator of random numbers from 0 to n - 1, the same in each run. */
function random(seed) {
  let x = seed;
  return (n) => {
    x = (x * 1103515245 + 12345) % 2147483648;
    return Math.floor((x / 2147483648) * n);
  };
}

test("whatever happens in between, what is sent was on the screen when it was typed", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const pick = random(seed);
    const all = [HR, SITTER, medium, high];
    let gate = all.filter(() => pick(2));
    let e = status(gate);
    let state = FRESH;
    let seen = null; // the conditions on the form when the reason was typed
    for (let step = 0; step < 40; step++) {
      const act = pick(5);
      if (act === 0) gate = all.filter(() => pick(2));
      if (act === 1) e = status(gate); // the status arrives; without this act it is late
      if (act === 2) state = FRESH; // cancel the form and open it again
      state = follow(state, e, "dose");
      if (state.reason === "") seen = null;
      if (act === 3 && shown(state, e, "dose") && seen === null) {
        seen = unmet(state, e, "dose").map((u) => u.id).sort();
        state = { ...state, reason: `for ${seen}` };
      }
      if (act === 4) {
        const body = sent(state, e, "dose");
        if (body.override_reason) {
          assert.deepEqual([...body.overrides].sort(), seen);
          assert.equal(body.override_reason, `for ${seen}`);
        }
        const open = gate.filter((u) => !(body.overrides ?? []).includes(u.id));
        state = open.length ? refuse(state, gate, e) : FRESH;
        if (state.reason === "") seen = null;
      }
    }
  }
});

test("each act has its gate, by whether a dose was given", () => {
  const [before, after] = [status([], null), status([], "2026-11-02T10:00:00.000Z")];
  assert.deepEqual([gateOf(before, "dose"), gateOf(after, "dose")], ["hold", "booster"]);
  assert.deepEqual([gateOf(before, "close"), gateOf(after, "close")], [null, "discharge"]);
});

for (const [booster, discharge, words] of [
  [[], [high], ""],
  [[HR], [], HR.text],
  [[HR, high], [high], `${HR.text} And the alarm above is acknowledged, and low or over.`],
  [[HR, high, medium], [high, medium], `${HR.text} And the 2 alarms above are acknowledged, and low or over.`],
  [[high], [high], "the alarm above is acknowledged, and low or over."],
]) {
  test(`a further dose only if: ${words || "it has no condition"}`, () => {
    const gates = [{ gate: "booster", unmet: booster }, { gate: "discharge", unmet: discharge }];
    assert.equal(furtherDose(gates), words);
  });
}

test("without a gate of its own, or of the close, a further dose has its own conditions or none", () => {
  assert.equal(furtherDose([{ gate: "discharge", unmet: [high] }]), "");
  assert.equal(furtherDose([{ gate: "booster", unmet: [high] }]), high.text);
});
