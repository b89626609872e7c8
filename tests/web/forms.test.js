import assert from "node:assert/strict";
import test from "node:test";
import { CORRECT, TAKE_OVER, supervises } from "../../monitor/page/words/forms.js";
import { OPENING } from "../../monitor/page/words/opening.js";

test("an empty fact is on the record as nothing", () => {
  assert.equal(CORRECT.recorded("Anna"), "On the record: Anna");
  assert.equal(CORRECT.recorded(""), "On the record: nothing");
  const dose = { drug: "Ketamine", amount_mg: "100", route: "sublingual", time: "07:02" };
  assert.equal(CORRECT.recordedDose(dose), "On the record: Ketamine 100 mg sublingual at 07:02");
});

test("an offer is named where there is one", () => {
  assert.equal(supervises("thea", "mara"), "thea supervises, offered to mara");
  assert.equal(supervises("thea", ""), "thea supervises");
  assert.equal(TAKE_OVER.supervises("thea", true), "thea supervises this session and offers it to you.");
  assert.equal(TAKE_OVER.supervises("thea", false), "thea supervises this session.");
  assert.equal(TAKE_OVER.offers("thea", "Heron"), "thea offers you Heron");
  assert.equal(TAKE_OVER.offers("thea", ""), "thea offers it to you");
});

for (const [year, risks, words] of [
  [1961, ["high blood pressure", "asthma"], "Born 1961. Known risks: high blood pressure; asthma."],
  [null, [], "Year of birth not known. No known risk."],
]) {
  test(`on file: ${words}`, () => assert.equal(OPENING.onFile(year, risks), words));
}
