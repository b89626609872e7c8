import assert from "node:assert/strict";
import test from "node:test";
import { titled, who } from "../../monitor/page/words/session/patient.js";

const of = (birth_year, risk_factors) => ({ opened_at: "2026-11-23T14:00:00Z", facts: { birth_year, risk_factors } });

test("who it is: age at the opening, and risks by their words", () => {
  const words = { hypertension: "Known high blood pressure" };
  assert.equal(
    who(of(1958, ["hypertension", "cardiac_history"]), words),
    "Born 1958, 68 years old. Risks: Known high blood pressure; cardiac history; age 65.",
  );
  assert.match(who(of(1962, ["age_65"])), /64 years old\. Risks: age 65\./);
  assert.match(who(of(1961, [])), /65 years old\. Risks: age 65\./);
  assert.equal(who(of(null, [])), "Year of birth not named. Risks: none named.");
  assert.equal(who({ opened_at: "2026-11-23T14:00:00Z" }), "Year of birth not named. Risks: none named.");
});

test("a protocol is called by its title where it is known", () => {
  const known = [{ id: "sl_home", name: "Sublingual at home" }];
  assert.equal(titled("sl_home", known), "Protocol \u201cSublingual at home\u201d.");
  assert.equal(titled("other", known), "Protocol other.");
});
